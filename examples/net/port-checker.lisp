# Which ports of this machine somebody listens on. `lisle port-checker.lisp 1 65535`
# Looks at many at a time, and never at any other machine.

(defn open? [port]
  (match (protect (tcp/connect "127.0.0.1" port :timeout 500))
    [true connection] (do (port/close connection) true)
    _ false))

(defn check [from to]
  (let [found (ev/map-limited (fn [port] (if (open? port) port nil)) (range from (inc to)) 200)]
    (each port in found
      (unless (nil? port) (println port)))
    (println (length (filter nil? found)) " closed")))

(defn usage []
  (eprintln "usage: lisle port-checker.lisp FIRST LAST")
  (sys/exit 2))

(defn port-number [text]
  (match (protect (parse-int text))
    [true n] (if (<= 1 n 65535) n (usage))
    _ (usage)))

(match (sys/args)
  (from to) (check (port-number from) (port-number to))
  _ (usage))
