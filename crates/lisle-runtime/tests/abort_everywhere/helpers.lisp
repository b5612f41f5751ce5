# Every operation that waits, aborted at every moment: nothing may be lost or left behind.
#
# A case is a function that prepares something and gives a struct: `:run` is what the victim does, `:after` (optional) checks
# and undoes what was prepared, with the victim's outcome. `count` brackets what runs inside an operation that owns its
# fibers: whatever was entered must have been left when the victim has ended.

(def @inside 0)
(defn count [thunk]
  (assign inside (+ inside 1))
  (defer (assign inside (- inside 1))
    (thunk)))
(defn work [ms value]
  (fn [] (count (fn [] (ev/sleep (/ ms 1000.0)) (ev/sleep 0) value))))
(defn slow-cleanup [ms]
  (fn []
    (count (fn []
      (defer (begin (ev/sleep 0) (ev/sleep 0.0003))
        (ev/sleep (/ ms 1000.0)))))))
(defn failing [ms]
  (fn [] (count (fn [] (ev/sleep (/ ms 1000.0)) (error :failed)))))
(defn expect [what ok]
  (unless ok (error {:error :unexpected :message what})))

(defn finish-jobs []
  "Lets time pass until no thread works for somebody who waits no longer."
  (while (> (get (%census) :jobs) 0) (ev/sleep 0.0001)))

(defn settle []
  "Lets time pass until nothing but the caller is left."
  (let [@rounds 0]
    (while (and (> (get (%census) :fibers) 1) (< rounds 1000.0))
      (assign rounds (+ rounds 1))
      (ev/sleep 0.001)))
  (finish-jobs))

(defn try-case [name make turns steps late]
  "Aborts the case's victim after so many steps of a tenth of a millisecond, and so many turns; or lets a timeout end it
  after that time. True if it had ended before."
  (let [case (make)
        started @[false]
        run (get case :run)
        in-time (fn [] (or (ev/timeout (* steps 0.0001) (fn [] (run) :done)) :late))
        victim (ev/spawn (fn [] (push started true) (if late (in-time) (run))))
        owned-before inside]
    (unless late
      (repeat steps (ev/sleep 0.0001))
      (repeat turns (ev/sleep 0)))
    (let [ended (and (not late) (fiber/done? victim))]
      (unless late (ev/abort victim))
      (let [[ok value] (ev/join-protected victim)
            outcome (cond (= (length started) 1) :not-started
                          (and late (= value :late)) :aborted
                          ok :returned
                          (= value :failed) :failed
                          true :aborted)]
        (unless (or ok (= value :failed) (and (not late) (identical? (get value :error) :aborted)))
          (error {:error :unexpected :message "another error" :value value}))
        (when-let [after (get case :after)]
          (after outcome)
          (unless (= name :map-failing) (settle)))
        (unless (= inside 0)
          (error {:error :unexpected :message "something runs on after the victim's end" :inside inside}))
        (finish-jobs)
        (let [left (%census)]
          (unless (= left {:fibers 1 :timers 0 :memberships 0 :futexes 0 :shields 0 :operations 0 :jobs 0})
            (error {:error :unexpected :message "something is left" :left left})))
        (or ended (and late (not (= outcome :aborted))))))))

