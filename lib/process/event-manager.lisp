# EventManager: a process that hands events to handlers, which come and go.
#
# A handler is a struct: `:init` (argument) gives its state; `:handle-event` (event state) gives `[:ok state]`, `[:remove
# state]`, or anything else to keep the state; `:terminate` (reason state) may be left out. A handler that fails is removed,
# with `[:error e]` as the reason; the others go on.

(def core ((import "std/process/core")))

(defn terminate [handler reason state]
  (let [f (get handler :terminate)]
    (unless (nil? f)
      (try (f reason state)
        (catch e (eprintln "event handler failed in :terminate: " e))))))

# What becomes of a handler after an event: its new entry, or nil if it is removed.
(defn handle [entry event]
  (let [{:mod handler :state state} entry]
    (try
      (match ((get handler :handle-event) event state)
        [:ok new] (put entry :state new)
        [:remove new] (begin
                        (terminate handler :remove state)
                        nil)
        _ entry)
      (catch e
        (eprintln "event handler failed and is removed: " e)
        (terminate handler [:error e] state)
        nil))))

(defn run []
  (%process-kind :event-manager)
  (let [parent (%process-parent) @handlers [] @next 0]
    (defn notify [event]
      (assign handlers (filter (fn [entry] (not (nil? entry)))
                               (map (fn [entry] (handle entry event)) handlers))))
    (defn add [handler argument]
      (let [id next
            result (protect ((get handler :init) argument))]
        (when (get result 0)
          (assign next (+ id 1))
          (assign handlers (push handlers {:id id :mod handler :state (get result 1)})))
        [(get result 0) (if (get result 0) id (get result 1))]))
    (defn remove [id]
      (each entry in handlers
        (when (= (get entry :id) id)
          (terminate (get entry :mod) :remove (get entry :state))))
      (assign handlers (filter (fn [entry] (not (= (get entry :id) id))) handlers))
      :ok)
    (defn finish [reason]
      (each entry in handlers
        (terminate (get entry :mod) reason (get entry :state)))
      (%process-exit (%process-me) reason))
    (forever
      (match (%process-recv)
        [:$call pid reference [:add handler argument]] (%process-reply pid reference (add handler argument))
        [:$call pid reference [:remove id]] (%process-reply pid reference (remove id))
        [:$call pid reference [:notify event]] (begin
                                                 (notify event)
                                                 (%process-reply pid reference :ok))
        [:$call pid reference [:which]]
        (%process-reply pid reference (->array (map (fn [entry] {:id (get entry :id) :mod (get entry :mod)}) handlers)))
        [:$cast event] (notify event)
        [:$stop _ _ reason] (finish reason)
        [:EXIT from reason] when (= from parent) (finish reason)
        _ nil))))

(defn start-link [&named name]
  "Starts an event manager without handlers, which ends with the caller. Gives its pid.
  (run (fn [] (process:event-manager-start-link :name :events) (process:event-manager-which-handlers :events)))  # => []"
  (%process-spawn-owned (fn []
                          (run))
                        name))

(defn add-handler [manager handler argument]
  "Adds a handler, with the argument for its :init. Gives a reference: 0, 1 and so on.
  (run (fn [] (process:event-manager-add-handler (process:event-manager-start-link) {:init identity :handle-event (fn [e s] [:ok e])} nil)))  # => 0"
  (let [[ok result] (core:call manager :$call [:add handler argument] nil nil)]
    (if ok result (error result))))

(defn remove-handler [manager reference]
  "Removes a handler. :ok, also if there is none.
  (run (fn [] (process:event-manager-remove-handler (process:event-manager-start-link) 0)))  # => :ok"
  (core:call manager :$call [:remove reference] nil nil))

(defn notify [manager event]
  "Hands an event to all handlers, in the order of their adding, and does not wait for it.
  (run (fn [] (process:event-manager-notify (process:event-manager-start-link) :event)))  # => :ok"
  (%process-post manager [:$cast event]))

(defn sync-notify [manager event]
  "Hands an event to all handlers, and waits until they have run.
  (run (fn []
    (let [m (process:event-manager-start-link) seen @[]]
      (process:event-manager-add-handler m {:init identity :handle-event (fn [e s] (push seen e))} nil)
      (process:event-manager-sync-notify m :event)
      (freeze seen))))  # => [:event]"
  (core:call manager :$call [:notify event] nil nil))

(defn which-handlers [manager]
  "The handlers: an array of structs of :id and :mod.
  (run (fn []
    (let [m (process:event-manager-start-link)]
      (process:event-manager-add-handler m {:init identity} nil)
      (map (fn [h] (get h :id)) (process:event-manager-which-handlers m)))))  # => [0]"
  (core:call manager :$call [:which] nil nil))

(fn []
  {:start-link start-link
   :add-handler add-handler
   :remove-handler remove-handler
   :notify notify
   :sync-notify sync-notify
   :which-handlers which-handlers})
