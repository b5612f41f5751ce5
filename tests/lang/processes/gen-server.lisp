(def process ((import "std/process")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f)) nil) :log :none) (get out 0)))
(def log @[])
(defn clear [] (repeat (length log) (pop log)))
(def counter
  {:init (fn [n] [:ok n])
   :handle-call (fn [request from n]
                  (match request
                    :get [:reply n n]
                    :inc [:reply (+ n 1) (+ n 1)]
                    :never [:noreply n]
                    :later (begin (process:spawn (fn [] (process:recv-timeout 3) (process:gen-server-reply from :at-last))) [:noreply n])
                    [:slow ticks] (begin (process:recv-match (fn [m] false)) [:reply 0 n])
                    [:after ticks] (begin (process:send-after ticks (process:self) [:answer from]) [:noreply n])
                    :fail (error :failed)
                    :invalid 5
                    :stop [:stop :done :stopping n]
                    _ :invalid))
   :handle-cast (fn [request n]
                  (match request
                    [:add k] [:noreply (+ n k)]
                    :stop [:stop :cast-stop n]
                    :fail (error :cast-failed)
                    _ :invalid))
   :handle-info (fn [message n]
                  (match message
                    [:answer from] (begin (process:gen-server-reply from :late) [:noreply n])
                    _ (begin (push log [:info message]) [:noreply n])))
   :terminate (fn [reason n] (push log [:terminate reason n]))})
(defn with-server [f] (run (fn [] (process:trap-exit true) (let [p (process:gen-server-start-link counter 5 :name :c)] (f p)))))

(with-server (fn [p] [(process:gen-server-call p :get) (process:gen-server-call :c :inc) (process:gen-server-cast p [:add 10]) (process:gen-server-call p :get)])) # => [5 6 :ok 16]
(with-server (fn [p] (process:gen-server-call p :later))) # => :at-last
(with-server (fn [p] (process:send p :hello) (process:gen-server-call p :get) (clear) (process:send p :again) (process:gen-server-call p :get) (freeze log))) # => [[:info :again]]
# Time-outs; a late answer is dropped.
(with-server (fn [p] (protect (process:gen-server-call p :never :timeout 5)))) # => [false {:error :gen-server-timeout :message "gen-server call timed out"}]
(with-server (fn [p] (get (get (protect (process:gen-server-call p :never :within 0.01)) 1) :error))) # => :gen-server-timeout
(with-server (fn [p] [(get (get (protect (process:gen-server-call p [:after 10] :timeout 5)) 1) :error) (process:recv-within 1) (process:gen-server-call p :get)])) # => [:gen-server-timeout :timeout 5]
(with-server (fn [p] (process:gen-server-call p [:after 5] :timeout 1000))) # => :late
(process:gen-server-call 1 2 :zork 3) # raises :argument-error
# Calls of the dead.
(run (fn [] (get (get (protect (process:gen-server-call 99 :get)) 1) :error))) # => :noproc
(run (fn [] (map (fn [f] (get (get (protect (f)) 1) :error)) [(fn [] (process:gen-server-call :none :get)) (fn [] (process:gen-server-cast :none :get)) (fn [] (process:gen-server-stop :none))]))) # => [:noproc :noproc :noproc]
(with-server (fn [p] [(let [[_ e] (protect (process:gen-server-call p :fail))] [e:error e:reason]) (process:recv)])) # => [[:gen-server-down [:error :failed]] [:EXIT 1 [:error :failed]]]
(with-server (fn [p] (process:spawn (fn [] (process:recv-within 0.01) (process:exit p :kill))) (get (get (protect (process:gen-server-call p :never)) 1) :reason))) # => [:killed :kill]
(run (fn [] (get (get (protect (process:gen-server-call (process:self) :get)) 1) :error))) # => :deadlock
# Stops.
(with-server (fn [p] (clear) [(process:gen-server-stop p) (freeze log) (process:recv)])) # => [:ok [[:terminate :normal 5]] [:EXIT 1 :normal]]
(with-server (fn [p] (clear) [(process:gen-server-stop p :reason :enough) (freeze log) (process:recv)])) # => [:ok [[:terminate :enough 5]] [:EXIT 1 :enough]]
(with-server (fn [p] (clear) [(process:gen-server-call p :stop) (process:recv) (freeze log)])) # => [:stopping [:EXIT 1 :done] [[:terminate :done 5]]]
(with-server (fn [p] (clear) [(process:gen-server-cast p :stop) (process:recv) (freeze log)])) # => [:ok [:EXIT 1 :cast-stop] [[:terminate :cast-stop 5]]]
# Errors in callbacks run :terminate, too.
(with-server (fn [p] (clear) (process:gen-server-cast p :fail) [(process:recv) (freeze log)])) # => [[:EXIT 1 [:error :cast-failed]] [[:terminate [:error :cast-failed] 5]]]
(with-server (fn [p] (process:gen-server-cast p :what) (get (get (process:recv) 2) 1))) # => {:error :gen-server-error :message "handle-cast returned invalid result"}
(with-server (fn [p] (protect (process:gen-server-call p :invalid)) (get (get (process:recv) 2) 1))) # => {:error :gen-server-error :message "handle-call returned invalid result"}
# Results of :init.
(run (fn [] (process:trap-exit true) (process:gen-server-start-link {:init (fn [_] [:stop :no])} nil) (process:recv))) # => [:EXIT 1 :no]
(run (fn [] (process:gen-server-call (process:gen-server-start-link {:init (fn [x] [x x]) :handle-call (fn [_ _ s] [:reply s s])} 1) :get))) # => [1 1]
# A name that is taken.
(with-server (fn [p] (protect (process:gen-server-start-link counter 5 :name :c)))) # => [false {:error :already-started :message "process: there is a process :c already" :name :c :pid 1}]
# The end of whoever started it ends the server, with its :terminate.
(begin (clear) (run (fn [] (process:gen-server-call (process:gen-server-start-link counter 5) :get) nil)) (freeze log)) # => [[:terminate [:linked 0 [:normal nil]] 5]]
(begin (clear) (run (fn [] (process:gen-server-call (process:gen-server-start-link (put counter :init (fn [n] (process:trap-exit true) n)) 5) :get) nil)) (freeze log)) # => [[:terminate [:normal nil] 5]]
# Hand-made servers and clients speak the same protocol.
(run (fn [] (let [p (process:spawn (fn [] (match (process:recv) [:$call pid ref x] (process:send pid [:$reply ref (* x x)]) _ nil)))] (process:gen-server-call p 7)))) # => 49
(with-server (fn [p] (process:send p [:$call (process:self) 777 :get]) (process:recv))) # => [:$reply 777 5]

# Actors.
(run (fn [] (let [a (process:actor-start-link (fn [] 10) :name :a)]
              [(process:actor-get a identity) (process:actor-update :a inc) (process:actor-cast a (fn [n] (* n 2))) (process:actor-get :a identity)]))) # => [10 :ok :ok 22]
# Tasks.
(run (fn [] (process:task-await (process:task-async (fn [] 5))))) # => 5
(run (fn [] (let [t (process:task-async (fn [] 5))] [(process:task-await t) (process:recv-within 1)]))) # => [5 :timeout]
(run (fn [] (protect (process:task-await (process:task-async (fn [] (error :z))))))) # => [false {:error :task-error :message "task crashed: [:error :z]" :reason [:error :z]}]
(run (fn [] (let [t (process:task-async (fn [] (process:recv-within 2) 5))] [(protect (process:task-await t :timeout 5)) (process:task-await t)]))) # => [[false {:error :task-timeout :message "task-await timed out"}] 5]
(run (fn [] (process:task-await-many (map (fn [i] (fn [] (process:recv-timeout (- 20 i)) (* i i))) [1 2 3 4 5]) :limit 2))) # => [1 4 9 16 25]
(run (fn [] [(get (get (protect (process:task-await-many [(fn [] (error :a)) (fn [] (process:recv))])) 1) :reason) (process:list) (process:recv-within 1)])) # => [[:error :a] [0] :timeout]
