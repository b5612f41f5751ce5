# An echo server: sends back every line that it gets. `lisle echo-server.lisp 7000`; port 0 takes a free one.
# SIGTERM or Ctrl-C: it takes no more connections, serves those that it has to their end, and ends. The second time it ends
# at once.

(defn serve-client [connection]
  (defer (port/close connection)
    (stream/for-each (fn [line] (port/write connection (string line "\n"))) (port/lines connection))))

(defn listen [port]
  (try (tcp/listen "127.0.0.1" port)
    (catch e
      (eprintln (get e :message))
      (sys/exit 1))))

(defn serve [port]
  (let [listener (listen port)]
    (println "listening on " (port/path listener))
    (each signal in [:sigterm :sigint]
      (sys/on-signal signal (fn [_] (if (port/open? listener) (port/close listener) (sys/exit 1)))))
    (while (port/open? listener)
      (let [[accepted connection] (protect (tcp/accept listener))]
        (cond
          # A client that breaks off is no reason to end: its error ends with its fiber.
          accepted (ev/spawn (fn [] (protect (serve-client connection))))
          (port/open? listener) (error connection))))
    (println "no more connections")))

(defn usage []
  (eprintln "usage: lisle echo-server.lisp PORT")
  (sys/exit 2))

(defn port-number [text]
  (match (protect (parse-int text))
    [true n] (if (<= 0 n 65535) n (usage))
    _ (usage)))

(match (sys/args)
  (port) (serve (port-number port))
  _ (usage))
