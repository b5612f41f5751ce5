# A chat with presence. `lisle chat.lisp 7003`, then `nc 127.0.0.1 7003` from several terminals, with a name first.
#
# Each user is a process; the room is another, which monitors them: it says who comes, and who goes for whatever reason.
# /who lists the present, /kick NAME ends somebody's process, /quit leaves.

(def process ((import "std/process")))

(defn say-to-all [users message]
  (each [pid _] in (pairs users)
    (process:send pid [:say message])))

(def room
  {:init (fn [_] {})
   :handle-call
   (fn [request [pid _] users]
     (match request
       [:enter name] (if (any? (fn [[_ taken]] (= taken name)) (pairs users))
                       [:reply :taken users]
                       (begin
                         (process:monitor pid)
                         (say-to-all users (string "* " name " is here"))
                         [:reply :welcome (put users pid name)]))
       [:who] [:reply (string/join (sort (map (fn [[_ name]] name) (pairs users))) " ") users]
       [:find name] [:reply (get (first (filter (fn [[_ n]] (= n name)) (pairs users))) 0) users]
       _ [:reply nil users]))
   :handle-cast
   (fn [[pid line] users]
     (say-to-all (del users pid) (string (get users pid) ": " line))
     [:noreply users])
   :handle-info
   (fn [message users]
     (match message
       [:DOWN _ pid _] (let [left (del users pid)]
                         (say-to-all left (string "* " (get users pid) " is gone"))
                         [:noreply left])
       _ [:noreply users]))})

(defn tell [connection line]
  (port/write connection (string line "\n") :timeout 1000))

(defn obey [connection line]
  (let [words (string/split line " ")]
    (case (first words)
      "/quit" (process:exit (process:self) :quit)
      "/who" (tell connection (string "* " (process:gen-server-call :room [:who])))
      "/kick" (let [pid (process:gen-server-call :room [:find (get words 1)])]
                (unless (nil? pid) (process:exit pid :kicked)))
      (process:gen-server-cast :room [(process:self) line]))))

# A user: one fiber reads the connection, the process itself writes what it is told.
(defn user [connection]
  (defer (port/close connection)
    (tell connection "* your name?")
    (let [name (port/read-line connection)]
      (when (or (nil? name) (= :taken (process:gen-server-call :room [:enter name])))
        (tell connection "* that name is taken")
        (process:exit (process:self) :no-name))
      (tell connection (string "* welcome, " name))
      (ev/spawn (fn []
        (protect (each line in (port/lines connection) (obey connection line)))
        (process:exit (process:self) :gone)))
      (forever
        (match (process:recv)
          [:say line] (tell connection line)
          _ nil)))))

(defn listen [port]
  (let [listener (tcp/listen "127.0.0.1" port) @count 0]
    (defer (port/close listener)
      (println "listening on " (port/path listener))
      (forever
        (let [connection (tcp/accept listener)]
          (assign count (+ count 1))
          (process:supervisor-start-child :users
            {:id count :restart :temporary :start (fn [] (user connection))}))))))

(defn serve [port]
  (process:start
    (fn []
      (process:supervisor-start-link [] :name :users)
      (process:supervisor-start-link
        [{:id :room :start (fn [] (process:gen-server-run room nil :name :room))}
         {:id :listener :start (fn [] (listen port))}]
        :strategy :rest-for-one)
      (sys/on-signal :sigterm (fn [_] (sys/exit 0)))
      (process:recv))
    :log :none))

(match (sys/args)
  (port) (serve (parse-int port))
  _ (println "usage: lisle chat.lisp PORT"))
