# Processes in the manner of Erlang/OTP: each has a mailbox, and may be linked to others or monitor them.
#
#   (def process ((import "std/process")))
#   (process:start
#     (fn []
#       (let [boss (process:self)]
#         (process:spawn (fn [] (process:send boss [:sum (+ 2 3)])))
#         (println (process:recv)))))         # prints [sum 5]
#
# Functions of processes raise :state-error elsewhere. Their examples run in process 0, whose value this gives:
#
#   (def run (fn [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0))))
#
# The core is native. What is built on it is in files of its own: `std/process/gen-server`, `actor`, `task`, `supervisor`,
# `event-manager`, `subprocess`. The guide to all of it is docs/processes.md.

(def core ((import "std/process/core")))
(def gen-server ((import "std/process/gen-server")))
(def actor ((import "std/process/actor")))
(def task ((import "std/process/task")))
(def supervisor ((import "std/process/supervisor")))
(def events ((import "std/process/event-manager")))
(def subprocess ((import "std/process/subprocess")))

# What the natives do. It is read by `lisle doc` and never evaluated.
(quote
  ((defn %process-self []
     "The pid of the calling process: a small integer, in the order of spawning.
  (run (fn [] (process:self)))  # => 0
  (process:self)  # raises :state-error"
     nil)
   (defn %process-spawn [f]
     "Starts a process that runs a function. Gives its pid.
  (run (fn [] (process:spawn (fn [] nil))))  # => 1
  (run (fn [] (get (get (protect (process:spawn 5)) 1) :error)))  # => :type-error
  (process:spawn (fn [] nil))  # raises :state-error"
     nil)
   (defn %process-spawn-link [f]
     "As `spawn`, and links the two before the new one runs.
  (run (fn [] (process:trap-exit true) (process:spawn-link (fn [] 5)) (process:recv)))  # => [:EXIT 1 [:normal 5]]"
     nil)
   (defn %process-spawn-monitor [f]
     "As `spawn`, and monitors the new process. Gives `[pid reference]`.
  (run (fn [] (process:spawn-monitor (fn [] 5)) (process:recv)))  # => [:DOWN 0 1 [:normal 5]]"
     nil)
   (defn %process-send [pid message]
     "Sends a message, which may be any value, and does not wait. A pid that no process has is no error.
  (run (fn [] (process:send (process:self) :hi) (process:recv)))  # => :hi
  (run (fn [] (process:send 99 :hi)))  # => :ok"
     nil)
   (defn %process-send-named [name message]
     "Sends a message to the process with that name. A name that nobody has is no error.
  (run (fn [] (process:register :me) (process:send-named :me 5) (process:recv)))  # => 5"
     nil)
   (defn %process-send-after [ticks pid message]
     "Sends a message after so many ticks. Gives a reference for `cancel-timer`.
  (run (fn [] (process:send-after 5 (process:self) :b) (process:send-after 2 (process:self) :a) [(process:recv) (process:recv)]))  # => [:a :b]"
     nil)
   (defn %process-send-in [seconds pid message]
     "Sends a message after so many seconds. Gives a reference for `cancel-timer`.
  (run (fn [] (process:send-in 0.1 (process:self) :now) (process:recv)))  # => :now"
     nil)
   (defn %process-cancel-timer [reference]
     "Takes back a message of `send-after` or `send-in`: `:ok`, or `:not-found` if it was sent.
  (run (fn [] (let [t (process:send-in 9 (process:self) :x)] [(process:cancel-timer t) (process:cancel-timer t)])))  # => [:ok :not-found]"
     nil)
   (defn %process-recv []
     "The oldest message in the mailbox; waits for one.
  (run (fn [] (process:send (process:self) 1) (process:send (process:self) 2) [(process:recv) (process:recv)]))  # => [1 2]
  (process:start (fn [] (process:recv)))  # raises :deadlock"
     nil)
   (defn %process-recv-timeout [ticks]
     "As `recv`; after so many ticks it gives `:timeout`.
  (run (fn [] (process:recv-timeout 100)))  # => :timeout"
     nil)
   (defn %process-recv-within [seconds]
     "As `recv`; after so many seconds it gives `:timeout`.
  (run (fn [] (process:recv-within 0.1)))  # => :timeout"
     nil)
   (defn %process-link [pid]
     "Links the caller with another process: when one ends by something else than a normal end, so does the other, or gets
  `[:EXIT pid reason]` if it traps exits.
  (run (fn [] (process:trap-exit true) (process:link (process:spawn (fn [] (process:recv-within 1) (error :e)))) (process:recv)))  # => [:EXIT 1 [:error :e]]"
     nil)
   (defn %process-unlink [pid]
     "Takes a link away.
  (run (fn [] (process:unlink (process:spawn-link (fn [] (process:recv-within 1) (error :e)))) (process:recv-within 2)))  # => :timeout"
     nil)
   (defn %process-monitor [pid]
     "Watches a process: `[:DOWN reference pid reason]` comes when it ends, with `:noproc` at once if there is none. Gives the
  reference.
  (run (fn [] (process:monitor 99) (process:recv)))  # => [:DOWN 0 99 :noproc]"
     nil)
   (defn %process-demonitor [reference]
     "Watches no longer. A message that has come already stays.
  (run (fn [] (process:demonitor (get (process:spawn-monitor (fn [] (process:recv-within 1))) 1)) (process:recv-within 2)))  # => :timeout"
     nil)
   (defn %process-trap-exit [traps]
     "Says whether exit signals come to the caller as messages, `[:EXIT pid reason]`, instead of ending it.
  (run (fn [] (process:trap-exit true) (process:spawn-link (fn [] (error :e))) (process:recv)))  # => [:EXIT 1 [:error :e]]"
     nil)
   (defn %process-exit [pid reason]
     "Ends a process, or tells it so if it traps exits; the caller itself it ends at once. `:normal` ends nobody else, and
  `:kill` cannot be trapped. Cleanup runs, after `:kill` for a second at most.
  (run (fn [] (let [[p _] (process:spawn-monitor (fn [] (process:recv)))] (process:exit p :enough) (process:recv))))  # => [:DOWN 0 1 [:killed :enough]]"
     nil)
   (defn %process-register [name]
     "Gives the caller a name, a keyword, until it ends. Raises :already-registered if another has it.
  (run (fn [] (process:register :me) (process:whereis :me)))  # => 0"
     nil)
   (defn %process-unregister [name]
     "Takes a name from whoever has it.
  (run (fn [] (process:register :me) (process:unregister :me) (process:whereis :me)))  # => nil"
     nil)
   (defn %process-whereis [name]
     "The pid of the process with that name, or nil.
  (run (fn [] (process:whereis :nobody)))  # => nil"
     nil)
   (defn %process-put-dict [key value]
     "Keeps a value under a key in the caller's own dictionary. Gives the value before, or nil.
  (run (fn [] (process:put-dict :k 1) (process:put-dict :k 2)))  # => 1"
     nil)
   (defn %process-get-dict [key]
     "A value of the caller's own dictionary, or nil.
  (run (fn [] (process:put-dict :k 1) (process:get-dict :k)))  # => 1"
     nil)
   (defn %process-erase-dict [key]
     "Takes a value out of the caller's own dictionary. Gives it, or nil.
  (run (fn [] (process:put-dict :k 1) [(process:erase-dict :k) (process:get-dict :k)]))  # => [1 nil]"
     nil)
   (defn %process-about [pid]
     "Everything that is known of a living process: its name and parent, its state and what it waits for, links, monitors, the
  length of its mailbox, its last message. nil if there is none.
  (run (fn [] (get (process:info (process:self)) :mailbox)))  # => 0
  (run (fn [] (get (process:info (process:self)) :state)))  # => \"running\"
  (run (fn [] (process:info 99)))  # => nil"
     nil)
   (defn %process-list []
     "The pids of the living processes, in order.
  (run (fn [] (process:spawn (fn [] (process:recv-within 1))) (process:list)))  # => [0 1]"
     nil)
   (defn %process-tree []
     "A picture of the living processes, a line each, those that a process has spawned below it.
  (run (fn [] (process:tree)))  # => \"0, running⏎\""
     nil)))

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
  the next. The options are those of `process:start`.
  (let [s (process:make-scheduler)] (process:run s (fn [] nil)) (process:run s (fn [] nil)) (get (process:process-info s 1) :status))  # => :dead
  (process:make-scheduler :fuel 0)  # raises :argument-error"
  (new-scheduler fuel log max-processes max-mailbox max-heap))

(defn start [init &named fuel backend log max-processes max-mailbox max-heap]
  "Runs a function as process 0, waits until no process is left, and gives the scheduler. The rest of the program runs
  meanwhile. If all processes wait for messages that nobody can send, raises :deadlock. An abort of the caller ends all
  processes first.

  :fuel is how many units (calls and jumps back) a process runs before others have their turn (default 1000); :log says which
  ends are reported: `:errors` that nobody is told of (default), `:all`, `:none`, or a function that gets a struct of each;
  :max-processes (default 262144), :max-mailbox (messages, default none) and :max-heap (bytes, default none) are limits: over
  the last two, only that process dies, with the reason `[:limit :mailbox n]` or `[:limit :heap n]`.
  (get (process:start (fn [] (assert (= 0 (process:self))))) :backend)  # => :lisle
  (process:start (fn [] (process:recv)))  # raises :deadlock
  (process:start (fn [] nil) :log :zork)  # raises :argument-error"
  (let [scheduler (new-scheduler fuel log max-processes max-mailbox max-heap)]
    (run-in (get scheduler :world) init)
    scheduler))

(defn run [scheduler init]
  "Runs a function as a process of a scheduler, and waits until no process is left.
  (process:run (process:make-scheduler) (fn [] 5))  # => nil"
  (run-in (get scheduler :world) init)
  nil)

(defn inject [scheduler pid message]
  "Delivers a message to a process from outside. Nothing happens if there is no such process.
  (process:inject (process:make-scheduler) 7 :x)  # => :ok"
  (%process-inject (get scheduler :world) pid message))

(defn process-info [scheduler pid]
  "What is known of a process: a struct of :pid, :status, :name, :mbox-size, :links, :trapping; nil for an unknown pid.
  (process:process-info (process:make-scheduler) 0)  # => nil"
  (%process-info (get scheduler :world) pid))

(defn recv-match [wanted?]
  "The first message for which the function is true; waits for one. The others stay, in their order.
  (run (fn [] (each m in [1 :a 2] (process:send (process:self) m)) [(process:recv-match keyword?) (process:recv) (process:recv)]))  # => [:a 1 2]"
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
