# Supervisor: a process that starts others, its children, and starts them anew when they die.
#
# A child spec is a struct:
#
#   :id        its name among the children
#   :start     a function; its body is the child
#   :restart   :permanent (default): always; :transient: unless it ended normally; :temporary: never
#   :ready     true: the next child starts when this one has called supervisor-notify-ready
#   :shutdown  seconds that the child has for its cleanup before it is killed (default 5)
#
# Normal ends are `[:normal value]`, `:normal`, `:shutdown` and `[:shutdown x]`.
#
# The strategy says who is stopped and started again besides the child that died: nobody (:one-for-one), all others
# (:one-for-all), or those that were started after it (:rest-for-one). Children are stopped in the reverse order of their
# start. More restarts than :max-restarts (default 3) within :max-seconds (default 5), or within :max-ticks messages of the
# supervisor, are too many: it stops all children and ends with :shutdown; with `:on-max :give-up` it goes on without that child.

(def core ((import "std/process/core")))

(defn argument-error [message]
  (error {:error :argument-error :message (string "supervisor: " message)}))

(defn one-of [value default name allowed]
  (cond
    (nil? value) default
    (any? (fn [x] (= x value)) allowed) value
    true (argument-error (string/format "{} must be one of {}, not {}" name allowed value))))

# A child as the supervisor keeps it, or an error if the spec is no good.
(defn make-child [spec]
  (unless (struct? spec) (argument-error (string/format "a child spec is a struct, not {}" spec)))
  (let [id (get spec :id)
        start (get spec :start)
        restart (get spec :restart)
        ready (get spec :ready)
        shutdown (get spec :shutdown)]
    (when (nil? id) (argument-error "a child spec needs an :id"))
    (unless (closure? start) (argument-error (string/format "the :start of {} must be a function" id)))
    @{:id id
      :start start
      :restart (one-of restart :permanent ":restart" [:permanent :transient :temporary])
      :ready (if ready true false)
      :shutdown (if (nil? shutdown) 5 shutdown)
      :pid nil}))

(defn find-child [children id]
  (first-where (fn [child] (= (get child :id) id)) children))

(defn first-where [wanted? xs]
  (each x in xs
    (when (wanted? x) (break x))))

(defn make-children [specs]
  (let [children @[]]
    (each spec in specs
      (let [child (make-child spec)]
        (unless (nil? (find-child children (get child :id)))
          (argument-error (string/format "there are two children {}" (get child :id))))
        (push children child)))
    children))

(defn normal-end? [reason]
  (match reason
    [:normal _] true
    [:shutdown _] true
    (or :normal :shutdown) true
    _ false))

(defn restart? [child reason]
  (match (get child :restart)
    :permanent true
    :transient (not (normal-end? reason))
    _ false))

# The end of a process in the mailbox, which is awaited for so many seconds.
(defn await-exit [pid seconds]
  (core:receive-match (fn [m]
                        (match m
                          [:EXIT from _] (and (= from pid) (nil? (%process-resolve pid)))
                          _ false))
                      nil
                      seconds))

# Stops a child, with time for its cleanup.
(defn stop-child [child]
  (let [pid (get child :pid)]
    (unless (nil? pid)
      (put child :pid nil)
      (unless (nil? (%process-resolve pid))
        (%process-exit pid :shutdown))
      (when (= :timeout (await-exit pid (get child :shutdown)))
        (%process-exit pid :kill)
        (await-exit pid nil)))
    nil))

(defn stop-children [children]
  (each child in (reverse (freeze children)) (stop-child child)))

# What a supervisor does, from its start to its end.
(defn run [children0 options parent]
  (%process-kind :supervisor)
  (let [{:strategy strategy :max-restarts max-restarts :max-ticks max-ticks :max-seconds max-seconds
         :on-max on-max :logger logger} options
        # In the order of their start.
        children @[]
        # When there were restarts, by the clock or by the count of messages.
        @restarts []
        @messages 0
        @crashed nil]

    (defn log [event]
      (unless (nil? logger) (logger event)))

    (defn finish [reason]
      (stop-children children)
      (%process-exit (%process-me) reason))

    (defn remove-child [child]
      (let [left (filter (fn [c] (not (identical? c child))) (freeze children))]
        (repeat (length children) (pop children))
        (each c in left (push children c))))

    # Counts a restart; true when there were too many.
    (defn too-many? []
      (let [now (if (nil? max-ticks) (clock/monotonic) messages)
            window (if (nil? max-ticks) max-seconds max-ticks)]
        (assign restarts (push (filter (fn [at] (<= (- now at) window)) restarts) now))
        (> (length restarts) max-restarts)))

    # Starts a child. If it is to get ready first, waits for that; then its death counts as any other.
    (defn start-child [child]
      (let [{:id id :start start :ready ready} child
            supervisor (%process-me)
            pid (%process-spawn-link (if ready
                                       (fn []
                                         (%process-put-dict :$supervisor supervisor)
                                         (start))
                                       start))]
        (put child :pid pid)
        (log {:event :child-started :id id :pid pid})
        (when ready
          (match (core:receive-match (fn [m]
                                       (match m
                                         [:$ready from] (= from pid)
                                         [:EXIT from _] (or (= from parent)
                                                            (and (= from pid) (nil? (%process-resolve pid))))
                                         _ false))
                                     nil
                                     nil)
            [:$ready _] (log {:event :child-ready :id id :pid pid})
            [:EXIT from reason] (if (= from pid) (child-ended child reason) (finish :shutdown))
            _ nil))
        pid))

    # The children that go down with one that died, in the order of their start, without it.
    (defn companions [child]
      (match strategy
        :one-for-one []
        :one-for-all (filter (fn [c] (not (identical? c child))) (freeze children))
        _ (let [@after false]
            (filter (fn [c]
                      (let [counts after]
                        (when (identical? c child) (assign after true))
                        counts))
                    (freeze children)))))

    (defn restart-child [child]
      (if (too-many?)
        (if (= on-max :give-up)
          (begin
            (remove-child child)
            (log {:event :max-restarts-reached :id (get child :id) :shutting-down true}))
          (begin
            (stop-children children)
            (log {:event :max-restarts-reached :id (get child :id) :shutting-down true})
            (%process-exit (%process-me) :shutdown)))
        (let [others (companions child)]
          (log {:event :child-restarting :id (get child :id) :attempt (length restarts)})
          (stop-children others)
          (each c in others
            (when (= :temporary (get c :restart)) (remove-child c)))
          (each c in (freeze children)
            (when (nil? (get c :pid)) (start-child c))))))

    # A child has died by itself.
    (defn child-ended [child reason]
      (log {:event :child-exited :id (get child :id) :pid (get child :pid) :reason reason})
      (put child :pid nil)
      (if (restart? child reason)
        (restart-child child)
        (remove-child child)))

    (defn add-child [spec]
      (let [child (make-child spec)]
        (unless (nil? (find-child children (get child :id)))
          (argument-error (string/format "there is a child {} already" (get child :id))))
        (push children child)
        (start-child child)))

    (defn drop-child [id]
      (let [child (find-child children id)]
        (unless (nil? child)
          (stop-child child)
          (remove-child child))
        :ok))

    (defn which []
      (->array (map (fn [child] {:id (get child :id) :pid (get child :pid)}) (freeze children))))

    (defn handle [request]
      (match request
        [:start-child spec] (add-child spec)
        [:stop-child id] (drop-child id)
        [:which-children] (which)
        _ (argument-error (string/format "unknown request {}" request))))

    (each child in children0 (push children child))
    (each child in children0
      # One that died while another got ready was started again already.
      (when (and (nil? (get child :pid)) (not (nil? (find-child children (get child :id)))))
        (start-child child)))
    (forever
      (let [message (%process-recv)]
        (assign messages (+ messages 1))
        (match message
          [:EXIT from reason] when (= from parent) (finish :shutdown)
          [:EXIT from reason] (let [child (first-where (fn [c] (= (get c :pid) from)) children)]
                                # A living process can have sent an exit signal.
                                (when (and (not (nil? child)) (nil? (%process-resolve from)))
                                  (child-ended child reason)))
          [:$call pid reference request] (%process-reply pid reference (protect (handle request)))
          [:$stop _ _ reason] (finish reason)
          _ nil)))))

(defn start-link [specs &named name strategy max-restarts max-ticks max-seconds on-max logger]
  "Starts a supervisor of children with these specs, in their order. It ends with the caller, and stops its children first.
  Gives its pid, before the children have started. The options are in the guide.
  (run (fn [] (map (fn [c] (get c :id)) (process:supervisor-which-children (process:supervisor-start-link [{:id :a :start (fn [] (process:recv))}])))))  # => [:a]
  (run (fn [] (get (get (protect (process:supervisor-start-link [{:id :a}])) 1) :error)))  # => :argument-error"
  (let [children (make-children specs)
        options {:strategy (one-of strategy :one-for-one ":strategy" [:one-for-one :one-for-all :rest-for-one])
                 :max-restarts (if (nil? max-restarts) 3 max-restarts)
                 :max-ticks max-ticks
                 :max-seconds (if (nil? max-seconds) 5 max-seconds)
                 :on-max (one-of on-max :escalate ":on-max" [:escalate :give-up])
                 :logger logger}
        parent (%process-me)]
    (%process-spawn-owned (fn [] (run children options parent)) name true)))

(defn call [supervisor request]
  (let [[ok result] (core:call supervisor :$call request nil nil)]
    (if ok result (error result))))

(defn start [supervisor spec]
  "Starts a child with that spec, as the last in the order. Gives its pid.
  (run (fn [] (process:supervisor-start-child (process:supervisor-start-link []) {:id :a :start (fn [] (process:recv))})))  # => 2"
  (call supervisor [:start-child spec]))

(defn stop-one [supervisor id]
  "Stops the child with that id, which is not started again. :ok, also if there is none.
  (run (fn [] (process:supervisor-stop-child (process:supervisor-start-link [{:id :a :start (fn [] (process:recv))}]) :a)))  # => :ok"
  (call supervisor [:stop-child id]))

(defn which-children [supervisor]
  "The children in the order of their start: an array of structs of :id and :pid.
  (run (fn [] (process:supervisor-which-children (process:supervisor-start-link [{:id :a :start (fn [] (process:recv))}]))))  # => [{:id :a :pid 2}]"
  (call supervisor [:which-children]))

(defn notify-ready []
  "Says, in a child with :ready, that the next one may start.
  (run (fn []
    (map (fn [c] (get c :id))
         (process:supervisor-which-children
           (process:supervisor-start-link
             [{:id :a :ready true :start (fn [] (process:supervisor-notify-ready) (process:recv))}
              {:id :b :start (fn [] (process:recv))}])))))  # => [:a :b]"
  (let [supervisor (%process-get-dict :$supervisor)]
    (unless (nil? supervisor)
      (%process-send supervisor [:$ready (%process-me)]))
    :ok))

(defn stop [supervisor &named reason within]
  "Stops a supervisor, and its children before it. The reason is :shutdown if none is given.
  (run (fn [] (process:trap-exit true) (process:supervisor-stop (process:supervisor-start-link []))))  # => :ok"
  (core:stop supervisor (if (nil? reason) :shutdown reason) nil within))

(fn []
  {:start-link start-link
   :start-child start
   :stop-child stop-one
   :which-children which-children
   :notify-ready notify-ready
   :stop stop})
