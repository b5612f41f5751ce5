# Sends n MiB through a loopback connection in one process, and checks every byte. Prints RESULT bulk n seconds bytes/s.
(def n (parse-int (or (first (sys/args)) "1024")))
(def size (* n 1048576))
(def l (tcp/listen "127.0.0.1" 0))
(def chunk (bytes (string/repeat "0123456789abcdef" 65536)))
(def sender
  (ev/spawn
    (fn []
      (let [c (tcp/connect "127.0.0.1" (tcp/port l))]
        (repeat n (port/write c chunk))
        (port/close c)))))
(def c (tcp/accept l))
(def start (clock/monotonic))
# What was sent repeats every 1 MiB, so what is read is compared with the place where it must come from.
(def twice (bytes (string/repeat "0123456789abcdef" 131072)))
(defn receive []
  (let [@got 0]
    (forever
      (let [b (port/read c 65536)]
        (when (nil? b) (break))
        (let [at (mod got 16)]
          (unless (= b (slice twice at (+ at (length b)))) (error :wrong-bytes)))
        (assign got (+ got (length b)))))
    got))
(def got (receive))
(def seconds (- (clock/monotonic) start))
(unless (= got size) (error :wrong-count))
(println "RESULT bulk " n " " seconds " " (/ size seconds))
