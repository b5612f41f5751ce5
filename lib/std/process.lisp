# Processes in the manner of Erlang/OTP: each has a mailbox, and may be linked to others or monitor them.
#
#   (def process ((import "std/process")))
#   (process:start
#     (fn []
#       (def boss (process:self))
#       (process:spawn (fn [] (process:send boss [:sum (+ 2 3)])))
#       (println (process:recv))))          # [:sum 5]
#
# The core is native. What is built on it is in files of its own: `std/process/gen-server`, `actor`, `task`, `supervisor`,
# `event-manager`, `subprocess`.

(def core ((import "std/process/core")))
(def gen-server ((import "std/process/gen-server")))
(def actor ((import "std/process/actor")))
(def task ((import "std/process/task")))
(def supervisor ((import "std/process/supervisor")))
(def events ((import "std/process/event-manager")))
(def subprocess ((import "std/process/subprocess")))

# Runs a function as the first process of a scheduler, and waits until no process is left.
(defn run-in [world init]
  (%process-begin world init)
  # Whatever ends the wait, no process goes on after it.
  (defer (when (%process-live? world)
           (%process-stop world)
           (while (%process-live? world)
             (%park (%process-starters world) "its processes to end")))
    (while (%process-live? world)
      (%park (%process-starters world) "its processes to end"))))

(defn as-struct [world]
  {:run (fn [init] (run-in world init) nil)
   :spawn (fn [f] (run-in world f) nil)
   :inject (fn [pid message] (%process-inject world pid message))
   :process-info (fn [pid] (%process-info world pid))
   :backend :lisle
   :world world})

(defn new-scheduler [fuel log max-processes max-mailbox max-heap]
  (as-struct (%process-world [fuel max-processes max-mailbox max-heap log])))

(defn make-scheduler [&named fuel backend log max-processes max-mailbox max-heap]
  "A scheduler for processes: a struct of :run, :inject and :process-info. Its pids begin with 0, and go on from one run to
  the next. The options are those of `process:start`."
  (new-scheduler fuel log max-processes max-mailbox max-heap))

(defn start [init &named fuel backend log max-processes max-mailbox max-heap]
  "Runs a function as process 0, waits until no process is left, and gives the scheduler. The rest of the program runs
  meanwhile. If all processes wait for messages that nobody can send, raises :deadlock. An abort of the caller ends all
  processes first.

  :fuel is how many units (calls and jumps back) a process runs before others have their turn (default 1000); :log says which
  ends are reported: `:errors` that nobody is told of (default), `:all`, `:none`, or a function that gets a struct of each;
  :max-processes (default 262144) and :max-mailbox (default none) are limits: over the latter, only that
  process dies.
  (process:start (fn [] (assert (= 0 (process:self)))))"
  (let [scheduler (new-scheduler fuel log max-processes max-mailbox max-heap)]
    (run-in (get scheduler :world) init)
    scheduler))

(defn run [scheduler init]
  "Runs a function as a process of a scheduler, and waits until no process is left."
  (run-in (get scheduler :world) init)
  nil)

(defn inject [scheduler pid message]
  "Delivers a message to a process from outside. Nothing happens if there is no such process."
  (%process-inject (get scheduler :world) pid message))

(defn process-info [scheduler pid]
  "What is known of a process: a struct of :pid, :status, :name, :mbox-size, :links, :trapping; nil for an unknown pid."
  (%process-info (get scheduler :world) pid))

(defn recv-match [wanted?]
  "The first message for which the function is true; waits for one. The others stay, in their order."
  (core:receive-match wanted? nil nil))

(defn exit-reason [reason]
  "The plain reason in a reason of a message: what was given to `exit`, or the error.
  (process:exit-reason [:linked 3 [:killed :boom]])  # => :boom"
  (match reason
    [:linked _ inner] (exit-reason inner)
    [:killed inner] inner
    [:error e] e
    [:normal _] :normal
    _ reason))

(fn []
  {# The core.
   :self %process-self
   :spawn %process-spawn
   :spawn-link %process-spawn-link
   :spawn-monitor %process-spawn-monitor
   :send %process-send
   :send-named %process-send-named
   :send-after %process-send-after
   :send-in %process-send-in
   :cancel-timer %process-cancel-timer
   :recv %process-recv
   :recv-match recv-match
   :recv-timeout %process-recv-timeout
   :recv-within %process-recv-within
   :link %process-link
   :unlink %process-unlink
   :monitor %process-monitor
   :demonitor %process-demonitor
   :trap-exit %process-trap-exit
   :exit %process-exit
   :exit-reason exit-reason
   :register %process-register
   :unregister %process-unregister
   :whereis %process-whereis
   :put-dict %process-put-dict
   :get-dict %process-get-dict
   :erase-dict %process-erase-dict
   # Schedulers.
   :start start
   :run run
   :make-scheduler make-scheduler
   :inject inject
   :process-info process-info
   # Looking at processes from within.
   :info %process-about
   :list %process-list
   :tree %process-tree
   # Servers.
   :gen-server-start-link gen-server:start-link
   :gen-server-run gen-server:run
   :gen-server-call gen-server:call
   :gen-server-cast gen-server:cast
   :gen-server-stop gen-server:stop
   :gen-server-reply gen-server:reply
   :actor-start-link actor:start-link
   :actor-get actor:get
   :actor-update actor:update
   :actor-cast actor:cast
   :task-async task:async
   :task-await task:await
   :task-await-many task:await-many
   # Supervisors.
   :supervisor-start-link supervisor:start-link
   :supervisor-start-child supervisor:start-child
   :supervisor-stop-child supervisor:stop-child
   :supervisor-which-children supervisor:which-children
   :supervisor-notify-ready supervisor:notify-ready
   :supervisor-stop supervisor:stop
   :make-subprocess-child subprocess:make-child
   # Events.
   :event-manager-start-link events:start-link
   :event-manager-add-handler events:add-handler
   :event-manager-remove-handler events:remove-handler
   :event-manager-notify events:notify
   :event-manager-sync-notify events:sync-notify
   :event-manager-which-handlers events:which-handlers})
