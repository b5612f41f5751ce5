(def process ((import "std/process")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0)))
(def log @[])
(defn clear [] (repeat (length log) (pop log)))
(defn note [event]
  (push log
    (match (get event :event)
      :child-started [:started (get event :id)]
      :child-ready [:ready (get event :id)]
      :child-exited [:exited (get event :id) (process:exit-reason (get event :reason))]
      :child-restarting [:restarting (get event :id) (get event :attempt)]
      kind [kind (get event :id)])))
# A child that ends as it is told: by an error, an exit, or a value.
(defn worker []
  (match (process:recv)
    [:error e] (error e)
    [:exit r] (process:exit (process:self) r)
    [:return v] v
    _ nil))
(defn child [id restart] {:id id :start worker :restart restart})
(defn pid-of [sup id] (get (first (filter (fn [c] (= (get c :id) id)) (process:supervisor-which-children sup))) :pid))
(defn ids [sup] (map (fn [c] (get c :id)) (process:supervisor-which-children sup)))
# What is logged of the effect of a message to a child of three, and who lives afterwards.
(defn effect [strategy restart id message]
  (run (fn []
         (let [sup (process:supervisor-start-link [(child :a restart) (child :b restart) (child :c restart)] :strategy strategy :logger note)]
           (let [p (pid-of sup id)]
             (clear)
             (process:send p message)
             (process:recv-within 1)
             [(freeze log) (ids sup)])))))

(run (fn [] (let [s (process:supervisor-start-link [(child :a :permanent)] :name :s)] [(process:supervisor-which-children s) (process:whereis :s)]))) # => [[{:id :a :pid 2}] 1]
(effect :one-for-one :permanent :b [:error :x]) # => [[[:exited :b :x] [:restarting :b 1] [:started :b]] [:a :b :c]]
(effect :one-for-one :permanent :b [:return 1]) # => [[[:exited :b :normal] [:restarting :b 1] [:started :b]] [:a :b :c]]
(effect :one-for-one :permanent :b [:exit :shutdown]) # => [[[:exited :b :shutdown] [:restarting :b 1] [:started :b]] [:a :b :c]]
(effect :one-for-one :transient :b [:return 1]) # => [[[:exited :b :normal]] [:a :c]]
(effect :one-for-one :transient :b [:exit :normal]) # => [[[:exited :b :normal]] [:a :c]]
(effect :one-for-one :transient :b [:exit :shutdown]) # => [[[:exited :b :shutdown]] [:a :c]]
(effect :one-for-one :transient :b [:exit [:shutdown 5]]) # => [[[:exited :b [:shutdown 5]]] [:a :c]]
(effect :one-for-one :transient :b [:error :x]) # => [[[:exited :b :x] [:restarting :b 1] [:started :b]] [:a :b :c]]
(effect :one-for-one :transient :b [:exit :kill]) # => [[[:exited :b :kill] [:restarting :b 1] [:started :b]] [:a :b :c]]
(effect :one-for-one :temporary :b [:error :x]) # => [[[:exited :b :x]] [:a :c]]
(effect :one-for-one :temporary :b [:return 1]) # => [[[:exited :b :normal]] [:a :c]]
(effect :one-for-all :permanent :b [:error :x]) # => [[[:exited :b :x] [:restarting :b 1] [:started :a] [:started :b] [:started :c]] [:a :b :c]]
(effect :rest-for-one :permanent :b [:error :x]) # => [[[:exited :b :x] [:restarting :b 1] [:started :b] [:started :c]] [:a :b :c]]
(effect :rest-for-one :permanent :a [:error :x]) # => [[[:exited :a :x] [:restarting :a 1] [:started :a] [:started :b] [:started :c]] [:a :b :c]]
(effect :rest-for-one :permanent :c [:error :x]) # => [[[:exited :c :x] [:restarting :c 1] [:started :c]] [:a :b :c]]
(effect :one-for-all :transient :b [:return 1]) # => [[[:exited :b :normal]] [:a :c]]
(effect :one-for-all :temporary :b [:error 1]) # => [[[:exited :b 1]] [:a :c]]

# A child that dies in its first instruction is noticed, and too many restarts end the supervisor.
(begin (clear)
  [(run (fn [] (process:trap-exit true) (process:supervisor-start-link [{:id :a :start (fn [] (error :at-once))}] :max-restarts 2 :logger note) (process:recv)))
   (freeze log)]) # => [[:EXIT 1 :shutdown] [[:started :a] [:exited :a :at-once] [:restarting :a 1] [:started :a] [:exited :a :at-once] [:restarting :a 2] [:started :a] [:exited :a :at-once] [:max-restarts-reached :a]]]
# They are counted for all children together, and the others are stopped in the reverse order of their start.
(defn stopping [id] {:id id :start (fn [] (defer (push log [:stopped id]) (process:recv)))})
(begin (clear)
  (run (fn [] (process:trap-exit true)
              (process:supervisor-start-link [(stopping :x) (stopping :y) {:id :bad :start (fn [] (error :e))}] :max-restarts 0)
              (push log (process:recv))))
  (freeze log)) # => [[:stopped :y] [:stopped :x] [:EXIT 1 :shutdown]]
(begin (clear)
  (run (fn [] (let [s (process:supervisor-start-link [(stopping :x) {:id :bad :start (fn [] (error :e))}] :max-restarts 1 :on-max :give-up)]
                (process:recv-within 1)
                (push log (ids s))
                (process:supervisor-stop s)))))
(freeze log) # => [[:x] [:stopped :x]]
# Restarts that are far apart do not count together.
(run (fn [] (let [s (process:supervisor-start-link [(child :a :permanent)] :max-restarts 1 :max-seconds 0.005)]
              (repeat 4 (process:send (pid-of s :a) [:error :x]) (ev/sleep 0.01))
              (ids s)))) # => [:a]

# Whoever starts a supervisor and ends takes it along.
(begin (clear) (run (fn [] (process:supervisor-start-link [(stopping :x) (stopping :y)]) (process:recv-within 1) nil)) (freeze log)) # => [[:stopped :y] [:stopped :x]]
(begin (clear) (run (fn [] (process:trap-exit true) (let [s (process:supervisor-start-link [(stopping :x)])] (process:recv-within 1) (process:exit s :kill) (process:recv)))) (freeze log)) # => [[:stopped :x]]
# Children that come later.
(run (fn [] (let [s (process:supervisor-start-link [] :name :s)]
              [(process:supervisor-start-child :s (child :a :permanent)) (process:supervisor-start-child s (child :b :permanent)) (ids :s)
               (process:supervisor-stop-child s :a) (process:supervisor-stop-child s :a) (ids s)
               (get (get (protect (process:supervisor-start-child s (child :b :permanent))) 1) :error)]))) # => [2 3 [:a :b] :ok :ok [:b] :argument-error]
(run (fn [] (protect (process:supervisor-which-children :nobody)))) # => [false {:error :noproc :message "no process :nobody"}]
(run (fn [] (map (fn [f] (get (get (protect (f)) 1) :error))
  [(fn [] (process:supervisor-start-link [(child :a :permanent) (child :a :permanent)]))
   (fn [] (process:supervisor-start-link [] :strategy :zork))
   (fn [] (process:supervisor-start-link [{:id :a :start 5}]))
   (fn [] (process:supervisor-start-link [(child :a :sometimes)]))]))) # => [:argument-error :argument-error :argument-error :argument-error]
# Those started later take part in restarts of the group; temporary ones are only stopped.
(run (fn [] (let [s (process:supervisor-start-link [(child :a :permanent)] :strategy :one-for-all)]
              (process:supervisor-start-child s (child :b :permanent))
              (process:supervisor-start-child s (child :t :temporary))
              (let [before (pid-of s :b)]
                (process:send (pid-of s :a) [:error :x])
                (process:recv-within 1)
                [(ids s) (= before (pid-of s :b))])))) # => [[:a :b] false]
# A child with :ready is waited for, and its death before that is as any other.
(begin (clear)
  (run (fn [] (let [me (process:self)
                    s (process:supervisor-start-link
                        [{:id :a :ready true :start (fn [] (process:recv-within 0.1) (push log :getting-ready) (process:supervisor-notify-ready) (process:recv))}
                         (child :b :permanent)] :logger note)]
                (process:recv-within 1) nil)))
  (freeze log)) # => [[:started :a] :getting-ready [:ready :a] [:started :b]]
(begin (clear)
  (let [@tries 0]
    (run (fn [] (process:supervisor-start-link
                  [{:id :a :ready true :start (fn [] (assign tries (+ tries 1)) (when (< tries 3) (error :not-yet)) (process:supervisor-notify-ready) (process:recv))}
                   (child :b :permanent)] :logger note)
                (process:recv-within 1) nil)))
  (freeze log)) # => [[:started :a] [:exited :a :not-yet] [:restarting :a 1] [:started :a] [:exited :a :not-yet] [:restarting :a 2] [:started :a] [:ready :a] [:started :b]]
(run (fn [] (process:supervisor-notify-ready))) # => :ok
# A child that ignores the request to stop is killed after its :shutdown time.
(run (fn [] (let [s (process:supervisor-start-link [{:id :a :shutdown 0.01 :start (fn [] (process:trap-exit true) (forever (process:recv)))}])]
              (process:recv-within 1)
              [(process:supervisor-stop-child s :a) (ids s)]))) # => [:ok []]
# An exit signal of a stranger is ignored.
(run (fn [] (let [s (process:supervisor-start-link [(child :a :permanent)])]
              (process:spawn (fn [] (process:exit s :shutdown)))
              (process:recv-within 1)
              (ids s)))) # => [:a]
