# Operations on ports, sockets and files. See `helpers.lisp`. Whatever was aborted, the port works on as if the victim had
# never been there, or had done all of it.

(defn connected []
  "Both ends of a connection, and the listener."
  (let [l (tcp/listen "127.0.0.1" 0)
        accepted (ev/spawn (fn [] (tcp/accept l)))
        c (tcp/connect "127.0.0.1" (tcp/port l))]
    [c (ev/join accepted) l]))
(defn close-all [& ports] (each p in ports (port/close p)))
(defn say [port & pieces]
  "Sends pieces, with pauses."
  (ev/spawn (fn []
    (each piece in pieces (port/write port piece) (ev/sleep 0.0004))
    (tcp/shutdown port :write))))
(defn text-of [log] (apply string (map string log)))

(defn watched []
  "A directory, a watch on it, and a fiber that makes things in it."
  (let [dir (file/temp-dir) w (watch)]
    (watch-add w dir)
    # So that things are made at the moments at which the victim may be aborted.
    [w dir (ev/spawn (fn []
      (each name in ["a" "a/b" "c" "a/b/d"] (ev/sleep 0.00039) (file/mkdir (path/join dir name)))))]))
(defn note-changes [log dir changes]
  (each change in changes (push log (path/relative (get change :path) dir))))
(defn expect-changes [log w dir maker]
  "Everything is told once, in the end."
  (ev/join maker)
  (while (< (length log) 4) (note-changes log dir (watch-next w)))
  (expect (string "no change is lost: " log) (= (sort log) @["a" "a/b" "a/b/d" "c"]))
  (expect "nothing is told twice" (= (get (get (protect (watch-next w :timeout 0)) 1) :error) :timeout))
  (watch-close w))

(def pieces ["one\r\n" "tw" "o\nthree\n" "the end"])

(def cases
  {:read-line (fn []
     (let [[c s l] (connected) speaker (apply say s pieces) log @[]]
       {:run (fn [] (repeat 3 (push log (port/read-line c))))
        :after (fn [_]
          (stream/for-each (fn [line] (push log line)) (port/lines c))
          (expect (string "no line is lost: " log) (= log @["one" "two" "three" "the end"]))
          (ev/join speaker)
          (close-all c s l))}))
   :read (fn []
     (let [[c s l] (connected) speaker (apply say s pieces) log @[]]
       {:run (fn [] (repeat 4 (push log (string (or (port/read c 4) "")))))
        :after (fn [_]
          (push log (string (port/read-all c)))
          (expect (string "no byte is lost: " log) (= (text-of log) "one\r\ntwo\nthree\nthe end"))
          (ev/join speaker)
          (close-all c s l))}))
   :read-all (fn []
     (let [[c s l] (connected) speaker (apply say s pieces) log @[]]
       {:run (fn [] (push log (string (port/read-all c))))
        :after (fn [_]
          (push log (string (port/read-all c)))
          (expect (string "no byte is lost: " log) (= (text-of log) "one\r\ntwo\nthree\nthe end"))
          (ev/join speaker)
          (close-all c s l))}))
   :read-late (fn []
     (let [[c s l] (connected) speaker (apply say s pieces) log @[]]
       {:run (fn []
          (repeat 6
            (try (push log (string (or (port/read c 3 :timeout 0.3) "")))
              (catch e (unless (= (get e :error) :timeout) (error e))))))
        :after (fn [_]
          (push log (string (port/read-all c)))
          (expect (string "no byte is lost: " log) (= (text-of log) "one\r\ntwo\nthree\nthe end"))
          (ev/join speaker)
          (close-all c s l))}))
   :readers (fn []
     (let [[c s l] (connected) speaker (apply say s pieces) log @[]
           other (ev/spawn (fn [] (push log (port/read-line c))))]
       {:run (fn [] (repeat 2 (push log (port/read-line c))))
        :after (fn [_]
          (ev/join other)
          (stream/for-each (fn [line] (push log line)) (port/lines c))
          (expect (string "no line is lost: " log) (= (sort log) @["one" "the end" "three" "two"]))
          (ev/join speaker)
          (close-all c s l))}))
   :accept (fn []
     (let [l (tcp/listen "127.0.0.1" 0)
           clients (ev/spawn (fn [] (map (fn [i] (ev/sleep 0.0003) (tcp/connect "127.0.0.1" (tcp/port l))) (range 4))))
           accepted @[]]
       {:run (fn [] (repeat 3 (push accepted (tcp/accept l))))
        :after (fn [_]
          (while (< (length accepted) 4) (push accepted (tcp/accept l)))
          (each c in accepted (port/write c "x"))
          (each c in (ev/join clients) (expect "no connection is lost" (= (string (port/read c 9)) "x")) (port/close c))
          (each c in accepted (port/close c))
          (port/close l))}))
   :connect (fn []
     (let [l (tcp/listen "127.0.0.1" 0)]
       {:run (fn [] (port/close (tcp/connect "localhost" (tcp/port l))))
        :after (fn [_]
          (let [c (tcp/connect "localhost" (tcp/port l) :timeout 1000)] (port/close c))
          (port/close l))}))
   :write (fn []
     (let [[c s l] (connected) size 200000]
       {:run (fn [] (port/write c (string/repeat "x" size)))
        :after (fn [outcome]
          (let [reader (ev/spawn (fn [] (port/read-all s)))]
            (port/write c "!")
            (tcp/shutdown c :write)
            (let [got (ev/join reader) n (length got)]
              (expect (string "a write is whole: " n) (or (= n (+ size 1)) (and (= n 1) (not (= outcome :returned)))))
              (expect "and in its place" (= (get got (- n 1)) 33))))
          (close-all c s l))}))
   :write-while-read (fn []
     (let [[c s l] (connected) size 200000 reader (ev/spawn (fn [] (length (port/read-all s))))]
       {:run (fn [] (port/write c (string/repeat "x" size)))
        :after (fn [_]
          (port/write c "!")
          (tcp/shutdown c :write)
          (let [n (ev/join reader)]
            (expect (string "a write is whole: " n) (or (= n (+ size 1)) (= n 1))))
          (close-all c s l))}))
   :writers (fn []
     (let [[c s l] (connected) size 100000
           other (ev/spawn (fn [] (port/write c (string/repeat "y" size))))
           reader (ev/spawn (fn [] (ev/sleep 0.001) (length (port/read-all s))))]
       {:run (fn [] (port/write c (string/repeat "x" size)))
        :after (fn [_]
          (ev/join other)
          (tcp/shutdown c :write)
          (let [n (ev/join reader)] (expect (string "writes are whole: " n) (or (= n size) (= n (* 2 size)))))
          (close-all c s l))}))
   :close (fn []
     (let [[c s l] (connected) closer (ev/spawn (fn [] (ev/sleep 0.0005) (port/close c)))]
       {:run (fn [] (protect (port/read c 1)))
        :after (fn [_]
          (ev/join closer)
          (expect "it is closed" (not (port/open? c)))
          (close-all c s l))}))
   :datagrams (fn []
     (let [a (udp/bind "127.0.0.1" 0) b (udp/bind "127.0.0.1" 0) log @[]
           sender (ev/spawn (fn []
             (each word in ["one" "two" "three"]
               (udp/send-to a word "localhost" (udp/port b))
               (ev/sleep 0.006))))]
       {:run (fn [] (repeat 2 (push log (string (get (udp/recv-from b 99) :data)))))
        :after (fn [_]
          (ev/join sender)
          (while (< (length log) 3) (push log (string (get (udp/recv-from b 99) :data))))
          (expect (string "no datagram is lost: " log) (= (sort log) @["one" "three" "two"]))
          (close-all a b))}))
   :send (fn []
     (let [a (udp/bind "127.0.0.1" 0) b (udp/bind "127.0.0.1" 0)]
       {:run (fn [] (repeat 3 (udp/send-to a "one" "localhost" (udp/port b))))
        :after (fn [_]
          (udp/send-to a "last" "127.0.0.1" (udp/port b))
          (while (not (= (string (get (udp/recv-from b 99) :data)) "last")) nil)
          (close-all a b))}))
   :resolve (fn [] {:run (fn [] (sys/resolve "localhost") (protect (sys/resolve "nowhere")))})
   :open (fn []
     (let [f (file/temp)]
       {:run (fn [] (port/close (port/open f :read-write)))
        :after (fn [_] (let [p (port/open f :read)] (port/close p)) (file/delete f))}))
   :file-port (fn []
     (let [f (file/temp) _ (file/write f "0123456789A\nnext\n") p (port/open f :read-write) log @[]]
       {:run (fn [] (push log (port/read p 4)) (push log (port/read-line p)) (push log (port/read-line p)))
        :after (fn [_]
          (let [at (port/tell p) rest (port/read-all p)]
            (expect (string "the position is right: " at " " rest) (= (+ at (length rest)) 17))
            (port/seek p 0)
            (expect "the file is whole" (= (port/read-all p) "0123456789A\nnext\n")))
          (port/close p)
          (file/delete f))}))
   :file-write (fn []
     (let [f (file/temp) p (port/open f :write)]
       {:run (fn [] (port/write p "first ") (port/write p "second "))
        :after (fn [_]
          (port/write p "third")
          (port/close p)
          (let [text (file/read f)]
            (expect (string "writes are whole: " text)
              (has? |"first second third" "first third" "third" "second third"| text)))
          (file/delete f))}))
   :replace (fn []
     (let [f (file/temp)]
       (file/write f "old")
       {:run (fn [] (file/replace f "new") (file/append f "er"))
        :after (fn [_]
          # What was begun is finished by a thread of its own.
          (ev/sleep 0.01)
          (let [text (file/read f)]
            (expect (string "it is the old or the new: " text) (has? |"old" "new" "newer"| text)))
          (file/delete f))}))
   :temporary (fn []
     (let [dir (file/temp-dir) log @[]]
       {:run (fn [] (push log (file/temp :in dir)) (push log (file/temp-dir :in dir)))
        :after (fn [_]
          (settle)
          (let [left (->list (sort (file/ls dir)))]
            (expect (string "nothing is left that nobody knows: " left) (= left (->list (sort (map path/filename log))))))
          (file/delete-all dir))}))
   :lines (fn []
     (let [[c s l] (connected) speaker (apply say s pieces) log @[]]
       {:run (fn [] (stream/for-each (fn [line] (push log line) (ev/sleep 0)) (port/lines c)))
        :after (fn [outcome]
          (when (port/open? c)
            (stream/for-each (fn [line] (push log line)) (port/lines c)))
          (expect (string "no line is lost: " log) (= log @["one" "two" "three" "the end"]))
          (ev/join speaker)
          (close-all c s l))}))
   :unix (fn []
     (let [path (string (file/temp) ".socket") l (unix/listen path) log @[]
           client (ev/spawn (fn [] (let [c (unix/connect path)] (port/write c "hello\n") c)))]
       {:run (fn [] (let [c (unix/accept l)] (push log (port/read-line c)) (port/close c)))
        :after (fn [_]
          (let [c (ev/join client)] (port/close c))
          (port/close l))}))
   :descriptor (fn [] {:run (fn [] (repeat 3 (ev/poll-fd 1 :write)))})
   :watch-next (fn []
     (let [[w dir maker] (watched) log @[]]
       {:run (fn [] (repeat 3 (note-changes log dir (watch-next w))))
        :after (fn [_] (expect-changes log w dir maker))}))
   :watch-next-late (fn []
     (let [[w dir maker] (watched) log @[]]
       {:run (fn []
          (repeat 5
            (try (note-changes log dir (watch-next w :timeout 0.3))
              (catch e (unless (= (get e :error) :timeout) (error e))))))
        :after (fn [_] (expect-changes log w dir maker))}))
   :watchers (fn []
     (let [[w dir maker] (watched) log @[]
           other (ev/spawn (fn [] (note-changes log dir (watch-next w))))]
       {:run (fn [] (note-changes log dir (watch-next w)))
        :after (fn [_]
          (ev/join other)
          (expect-changes log w dir maker))}))
   :watch-add (fn []
     (let [dir (file/temp-dir) w (watch)]
       (file/mkdir-all (path/join dir "a/b"))
       {:run (fn []
          (watch-add w dir)
          (watch-add w (path/join dir "a"))
          (watch-remove w dir))
        :after (fn [_]
          (watch-add w dir)
          (let [made (path/join dir "a/b/c")]
            (file/mkdir made)
            (expect "it is watched, once" (= (watch-next w) [{:kind :create :path made}])))
          (watch-close w))}))
   :watch-close (fn []
     (let [dir (file/temp-dir) w (watch) closer (ev/spawn (fn [] (ev/sleep 0.0005) (watch-close w)))]
       (watch-add w dir)
       {:run (fn [] (protect (watch-next w)))
        :after (fn [_]
          (ev/join closer)
          (expect "it is closed" (= (get (get (protect (watch-next w)) 1) :reason) :closed)))}))})
