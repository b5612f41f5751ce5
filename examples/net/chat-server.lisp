# A chat server with rooms. `lisle chat-server.lisp 7001`, then `nc 127.0.0.1 7001` from several terminals.
# A client says its name first. /join ROOM changes the room, /who lists who is there, /quit leaves; all else goes to the room.

(def rooms @{})                         # room -> @{name -> connection}

(defn members [room]
  (or (get rooms room)
      (let [fresh @{}] (put rooms room fresh) fresh)))

(defn tell [connection & words]
  # Who does not read for a second, or is gone, misses what is said.
  (protect (port/write connection (string ;words "\n") :timeout 1000)))

(defn tell-room [room except & words]
  # In parallel, so that one slow reader does not keep the others waiting.
  (ev/map
    (fn [[name connection]] (unless (= name except) (tell connection ;words)))
    (pairs (members room))))

(defn enter [room name connection]
  (put (members room) name connection)
  (tell-room room name "* " name " comes in"))

(defn leave [room name]
  (del (members room) name)
  (tell-room room name "* " name " leaves"))

(defn talk [name connection]
  (let [@room "lobby"]
    (enter room name connection)
    (defer (leave room name)
      (forever
        (let* [line (port/read-line connection)
               words (if (nil? line) ["/quit"] (string/split line " "))]
          (case (first words)
            "/quit" (break)
            "/who" (tell connection "* " (string/join (sort (->list (keys (members room)))) " "))
            "/join" (let [new-room (or (get words 1) "lobby")]
                      (leave room name)
                      (assign room new-room)
                      (enter room name connection)
                      (tell connection "* you are in " room))
            (tell-room room name name ": " line)))))))

(defn serve-client [connection]
  (defer (port/close connection)
    (tell connection "* your name?")
    (let [name (port/read-line connection :timeout 60000)]
      (cond
        (or (nil? name) (empty? name)) nil
        (get (members "lobby") name) (tell connection "* that name is taken")
        (do
          (tell connection "* welcome, " name)
          (talk name connection))))))

(defn listen [port]
  (try (tcp/listen "127.0.0.1" port)
    (catch e
      (eprintln (get e :message))
      (sys/exit 1))))

(defn serve [port]
  (let [listener (listen port)]
    (println "listening on " (port/path listener))
    (sys/on-signal :sigterm (fn [_] (sys/exit 0)))
    (forever
      (let [connection (tcp/accept listener)]
        (ev/spawn (fn [] (protect (serve-client connection))))))))

(defn usage []
  (eprintln "usage: lisle chat-server.lisp PORT")
  (sys/exit 2))

(defn port-number [text]
  (match (protect (parse-int text))
    [true n] (if (<= 0 n 65535) n (usage))
    _ (usage)))

(match (sys/args)
  (port) (serve (port-number port))
  _ (usage))
