# What the modules of `std/process` share.

(defn check-seconds [name seconds]
  (unless (nil? seconds) (%check-seconds seconds name)))

(defn check-ticks [name ticks]
  (unless (or (nil? ticks) (integer? ticks))
    (error {:error :type-error :message (string name ": expected integer, got " (type-of ticks))})))

# Sends `[tag pid reference request]` and waits for the answer.
(defn call [target tag request ticks seconds]
  (check-ticks "process" ticks)
  (check-seconds "process" seconds)
  (%process-call target request [tag ticks seconds false]))

# Asks a process to end for that reason, and waits until it has.
(defn stop [target reason ticks seconds]
  (check-ticks "process" ticks)
  (check-seconds "process" seconds)
  (%process-call target reason [:$stop ticks seconds true]))

# Waits for the first message for which `wanted?` is true and takes it. What was looked at once is not looked at again.
(defn receive-match [wanted? ticks seconds]
  (let [@from 0 @found nil @waiting true
        # The time counts from here, however many messages come.
        end (if (nil? seconds) nil (+ (clock/monotonic) seconds))]
    (while waiting
      (let [left (if (nil? end) nil (max 0 (- end (clock/monotonic))))
            number (%process-look from ticks left)]
        (if (= number :timeout)
          (begin
            (assign found :timeout)
            (assign waiting false))
          (let [message (%process-message number)]
            (if (and (wanted? message) (%process-take number))
              (begin
                (assign found message)
                (assign waiting false))
              (assign from (+ number 1)))))))
    (%process-turn found)))

(fn []
  {:call call
   :stop stop
   :check-seconds check-seconds
   :check-ticks check-ticks
   :receive-match receive-match})
