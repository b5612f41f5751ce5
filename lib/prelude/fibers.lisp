# Fibers: questions about them, and delegation.

(defn fiber/new? [f]
  "True for a fiber that has not been resumed yet.
  (fiber/new? (fiber/new (fn [] 1) :yield))  # => true"
  (= (fiber/status f) :new))

(defn fiber/alive? [f]
  "True for a fiber that is running, or waits for a fiber that it resumed.
  (fiber/alive? (fiber/new (fn [] 1) :yield))  # => false"
  (= (fiber/status f) :alive))

(defn fiber/paused? [f]
  "True for a fiber that has emitted a signal and waits to be resumed.
  (let [f (fiber/new (fn [] (yield 1)) :yield)] (fiber/resume f) (fiber/paused? f))  # => true"
  (= (fiber/status f) :paused))

(defn fiber/dead? [f]
  "True for a fiber that has returned.
  (let [f (fiber/new (fn [] 1) :yield)] (fiber/resume f) (fiber/dead? f))  # => true"
  (= (fiber/status f) :dead))

(defn fiber/error? [f]
  "True for a fiber that ended in an error.
  (let [f (fiber/new (fn [] (error :x)) :yield)] (protect (fiber/resume f)) (fiber/error? f))  # => true"
  (= (fiber/status f) :error))

(defn fiber/done? [f]
  "True for a fiber that has returned or ended in an error.
  (fiber/done? (fiber/new (fn [] 1) :yield))  # => false"
  (match (fiber/status f)
    (or :dead :error) true
    _ false))

(alias new? fiber/new?)
(alias alive? fiber/alive?)
(alias paused? fiber/paused?)
(alias dead? fiber/dead?)
(alias error? fiber/error?)

(defn %yield* [f]
  "Yields what the fiber f yields, hands it what is sent back, and gives its final value."
  (let [@reply nil]
    (forever
      (let [v (fiber/resume f reply)]
        (when (fiber/done? f) (break v))
        (assign reply (yield v))))))
