# Actor: a process that keeps a state, to which others apply functions.

(def core ((import "std/process/core")))

(defn run [init]
  (%process-kind :actor)
  (let [parent (%process-parent) @state (init)]
    (forever
      (match (%process-recv)
        [:$call pid reference [:get f]] (%process-reply pid reference (f state))
        [:$call pid reference [:update f]] (begin
                                             (assign state (f state))
                                             (%process-reply pid reference :ok))
        [:$cast f] (assign state (f state))
        [:$stop _ _ reason] (%process-exit (%process-me) reason)
        [:EXIT from reason] when (= from parent) (%process-exit (%process-me) reason)
        _ nil))))

(defn start-link [init &named name]
  "Starts an actor whose state is what the function gives, and which ends with the caller. Gives its pid.
  (run (fn [] (process:actor-get (process:actor-start-link (fn [] 10)) inc)))  # => 11"
  (%process-spawn-owned (fn [] (run init)) name))

(defn read [actor f &named timeout within]
  "What the function gives of the state of an actor, given by pid or name. It runs in the actor.
  (run (fn [] (process:actor-start-link (fn [] [1 2]) :name :pair) (process:actor-get :pair length)))  # => 2
  (run (fn [] (get (get (protect (process:actor-get :nobody inc)) 1) :error)))  # => :noproc"
  (core:call actor :$call [:get f] timeout within))

(defn update [actor f &named timeout within]
  "Makes what the function gives of the state of an actor its new state. Gives :ok when it is done.
  (run (fn [] (let [a (process:actor-start-link (fn [] 1))] [(process:actor-update a inc) (process:actor-get a identity)])))  # => [:ok 2]"
  (core:call actor :$call [:update f] timeout within))

(defn cast [actor f]
  "As `actor-update`, without waiting for it.
  (run (fn [] (let [a (process:actor-start-link (fn [] 1))] (process:actor-cast a inc) (process:actor-get a identity))))  # => 2"
  (%process-post actor [:$cast f]))

(fn []
  {:start-link start-link
   :get read
   :update update
   :cast cast})
