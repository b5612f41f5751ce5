# An echo server: sends back every line that it gets. `lisle echo-server.lisp 7000`; port 0 takes a free one.
# SIGTERM or Ctrl-C: it takes no more connections, finishes what it is doing, and ends.

(defn serve-client [connection]
  (defer (port/close connection)
    (stream/for-each (fn [line] (port/write connection (string line "\n"))) (port/lines connection))))

(defn serve [port]
  (let [listener (tcp/listen "127.0.0.1" port)]
    (println "listening on " (port/path listener))
    (sys/on-signal :sigterm (fn [_] (port/close listener)))
    (sys/on-signal :sigint (fn [_] (port/close listener)))
    (while (port/open? listener)
      (let [[accepted connection] (protect (tcp/accept listener))]
        (cond
          # A client that breaks off is no reason to end: its error ends with its fiber.
          accepted (ev/spawn (fn [] (protect (serve-client connection))))
          (port/open? listener) (error connection))))
    (println "no more connections")))

(match (sys/args)
  (port) (serve (parse-int port))
  _ (println "usage: lisle echo-server.lisp PORT"))
