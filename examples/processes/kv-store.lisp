# A key-value store over TCP. `lisle kv-store.lisp 7002`, then `nc 127.0.0.1 7002`: SET key value, GET key, DELETE key, KEYS.
#
# The data are with one process, a GenServer; each connection has a process; a supervisor stands above. Whatever fails is
# started again alone: CRASH STORE and CRASH ME show it.

(def process ((import "std/process")))

(def store
  {:init (fn [_] @{})
   :handle-call
   (fn [request _ data]
     (match request
       [:get key] [:reply (get data key) data]
       [:set key value] (begin (put data key value) [:reply :ok data])
       [:delete key] (begin (del data key) [:reply :ok data])
       [:keys] [:reply (sort (->list (keys data))) data]
       _ (error {:error :unknown-request :request request})))})

(defn answer [line]
  (let [words (string/split line " ")]
    (match [(first words) (length words)]
      ["GET" 2] (let [value (process:gen-server-call :store [:get (get words 1)])]
                  (if (nil? value) "(nothing)" value))
      ["SET" 3] (begin (process:gen-server-call :store [:set (get words 1) (get words 2)]) "ok")
      ["DELETE" 2] (begin (process:gen-server-call :store [:delete (get words 1)]) "ok")
      ["KEYS" 1] (string/join (process:gen-server-call :store [:keys]) " ")
      ["CRASH" 2] (if (= (get words 1) "STORE")
                    # The call fails as well: its server dies.
                    (process:gen-server-call :store :nonsense)
                    (error {:error :told-to-crash}))
      _ "? SET key value, GET key, DELETE key, KEYS, CRASH STORE, CRASH ME")))

(defn talk [connection]
  (defer (port/close connection)
    (each line in (port/lines connection)
      (port/write connection
        (string (try (answer line)
                  (catch e (if (= (get e :error) :told-to-crash) (error e) (string "error: " (get e :error)))))
                "\n")))))

(defn listen [port]
  (let [listener (tcp/listen "127.0.0.1" port) @count 0]
    (defer (port/close listener)
      (println "listening on " (port/path listener))
      (forever
        (let [connection (tcp/accept listener)]
          (assign count (+ count 1))
          (process:supervisor-start-child :connections
            {:id count :restart :temporary :start (fn [] (talk connection))}))))))

(defn serve [port]
  (process:start
    (fn []
      (process:supervisor-start-link [] :name :connections)
      (process:supervisor-start-link
        [{:id :store :start (fn [] (process:gen-server-run store nil :name :store))}
         {:id :listener :start (fn [] (listen port))}])
      # Until the program is told to end.
      (sys/on-signal :sigterm (fn [_] (sys/exit 0)))
      (process:recv))
    :log :none))

(match (sys/args)
  (port) (serve (parse-int port))
  _ (println "usage: lisle kv-store.lisp PORT"))
