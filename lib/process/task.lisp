# Task: a process that runs one function, whose value another process waits for.

(def core ((import "std/process/core")))

(defn async [f]
  "Runs a function in a process of its own, which the caller monitors. Gives `[pid reference]`, for `task-await`.
  (run (fn [] (process:task-async (fn [] 5))))  # => [1 0]"
  (%process-spawn-monitor (fn []
                            (%process-kind :task)
                            (f))))

# The value of a task, or the error of `task-await`, from the reason of its end.
(defn outcome [reason]
  (match reason
    [:normal value] value
    _ (error {:error :task-error :message (string/format "task crashed: {}" reason) :reason reason})))

(defn await-until [task ticks seconds]
  (let [[pid reference] task
        message (core:receive-match (fn [m]
                                      (match m
                                        [:DOWN r _ _] (= r reference)
                                        _ false))
                                    ticks
                                    seconds)]
    (match message
      [:DOWN _ _ reason] (outcome reason)
      _ (error {:error :task-timeout :message "task-await timed out"}))))

(defn await [task &named timeout within]
  "The value of a task's function. Raises :task-error, with the :reason, if the task has died otherwise, and :task-timeout
  after so many ticks (:timeout) or seconds (:within); then the task goes on.
  (run (fn [] (process:task-await (process:task-async (fn [] 5)))))  # => 5
  (run (fn [] (get (get (protect (process:task-await (process:task-async (fn [] (error :z))))) 1) :reason)))  # => [:error :z]"
  (core:check-ticks "process:task-await" timeout)
  (core:check-seconds "process:task-await" within)
  (await-until task timeout within))

(defn await-many [thunks &named limit]
  "Runs functions as tasks, at most so many at a time if there is a limit, and gives their values in an array. The first
  error in their order is raised; the tasks after it are killed.
  (run (fn [] (process:task-await-many [(fn [] 1) (fn [] 2) (fn [] 3)] :limit 2)))  # => [1 2 3]"
  (let [thunks (->array thunks)
        count (length thunks)
        most (if (nil? limit) count limit)
        tasks @[]
        values @[]]
    (unless (and (integer? most) (>= most (min 1 count)))
      (error {:error :argument-error :message "process:task-await-many: the limit must be a positive integer"}))
    (defn start []
      (when (< (length tasks) count)
        (push tasks (async (get thunks (length tasks))))))
    (repeat (min most count) (start))
    # Whatever happens, no task of this call is left behind.
    (defer (each [pid reference] in (freeze (slice tasks (length values)))
             (%process-demonitor reference)
             (%process-exit pid :kill))
      (begin
        (while (< (length values) count)
          (push values (await-until (get tasks (length values)) nil nil))
          (start))
        (freeze values)))))

(fn []
  {:async async
   :await await
   :await-many await-many})
