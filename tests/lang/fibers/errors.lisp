# A caught error leaves the fiber paused, and it can go on.
(def ask (fiber/new (fn [] (string "hello " (error {:error :need :what :name}))) |:error|))
(get (fiber/resume ask) :what)            # => :name
(fiber/status ask)                        # => :paused
(fiber/bits ask)                          # => 1
(fiber/resume ask "Ada")                  # => "hello Ada"
(fiber/status ask)                        # => :dead
# The failing call of a built-in gets the value.
(let [f (fiber/new (fn [] (list :outer (length 5))) |:error|)] (fiber/resume f) (fiber/resume f 41))     # => (:outer 41)
(let [f (fiber/new (fn [] (+ 1 (first []))) |:error|)] (fiber/resume f) (fiber/resume f 41))             # => 42
(let [f (fiber/new (fn [] [(+ 1 :a) 2]) |:error|)] (fiber/resume f) (fiber/resume f 41))                 # => [41 2]
# An uncaught one leaves it in error.
(def failing (fiber/new (fn [] [:after (error :x)]) |:yield|))
(protect (fiber/resume failing))          # => [false :x]
(fiber/status failing)                    # => :error
(fiber/value failing)                     # => :x
(fiber/resume failing 5)                  # => [:after 5]
# Errors with nil and false.
(protect (fiber/resume (fiber/new (fn [] (error)) :yield)))     # => [false nil]
(let [f (fiber/new (fn [] (error false)) :error)] [(fiber/resume f) (fiber/status f)])    # => [false :paused]
# Repeated cycles.
(let [f (fiber/new (fn [] (let [@n 0] (while (< n 3) (assign n (+ n (error n)))) [:end n])) :error)]
  [(fiber/resume f) (fiber/resume f 1) (fiber/resume f 1) (fiber/resume f 1)])            # => [0 1 2 [:end 3]]
# Handlers do not stop other signals.
(let [f (fiber/new (fn [] (try (yield 1) (error :x) (catch e [:caught e]))) :yield)] [(fiber/resume f) (fiber/resume f)])   # => [1 [:caught :x]]
(let [f (fiber/new (fn [] (protect (yield 1))) :yield)] [(fiber/resume f) (fiber/resume f 2)])                              # => [1 [true 2]]
(let [log @[] f (fiber/new (fn [] (defer (push log :cleanup) (yield 1) (push log :body))) :yield)]
  (fiber/resume f)
  (push log :between)
  (fiber/resume f)
  log)                                    # => @[:between :body :cleanup]
# Cleanup may yield.
(let [f (fiber/new (fn [] (defer (yield :cleaning) (error :x))) |:yield|)] [(fiber/resume f) (protect (fiber/resume f))])   # => [:cleaning [false :x]]
# Errors through several fibers.
(let [inner (fiber/new (fn [] (error :deep)) :yield) outer (fiber/new (fn [] (fiber/resume inner)) :yield)]
  [(protect (fiber/resume outer)) (fiber/status inner) (fiber/status outer)])             # => [[false :deep] :error :error]
# Signals through several fibers: both the inner and the tail position.
(let [inner (fiber/new (fn [] (yield 1) (yield 2) :end) :error) outer (fiber/new (fn [] (fiber/resume inner)) :yield)]
  [(fiber/resume outer) (fiber/resume outer) (fiber/resume outer)])                       # => [1 2 :end]
(let [inner (fiber/new (fn [] (+ (yield 1) 1)) :error) outer (fiber/new (fn [] [:r (fiber/resume inner)]) :yield)]
  [(fiber/resume outer) (fiber/resume outer 5)])                                          # => [1 [:r 6]]
# A comparison that decides where to go is as true as the value that it is resumed with.
(defn resumed-with [body value] (let [f (fiber/new body |:error|)] (fiber/resume f) (fiber/resume f value)))
(def one 1)
(resumed-with (fn [] (if (< one :a) :then :else)) true)         # => :then
(resumed-with (fn [] (if (< one :a) :then :else)) false)        # => :else
(resumed-with (fn [] (if (>= :a 5) :then :else)) true)          # => :then
(resumed-with (fn [] (if (>= :a 5) :then :else)) nil)           # => :else
(resumed-with (fn [] (if (not (> one :a)) :then :else)) 1)      # => :else
(resumed-with (fn [] (if (and (<= :a 1) (> :a one)) :then :else)) false)        # => :else
(resumed-with (fn [] (let [@n 0] (while (< n (if (= n 3) :end 9)) (assign n (inc n))) n)) false)    # => 3
# A binding or a loop that could not begin is passed over.
(def limit (parameter 10))
(resumed-with (fn [] (list (parameterize ((5 6)) (limit)) (limit))) nil)       # => (10 10)
(resumed-with (fn [] (each x 5 (error x)) :after) nil)          # => :after
# A frame that a tail call has left does not make a fiber a cancelled one.
(resumed-with (fn [] (apply fiber/emit [:error 1])) 2)          # => 2
(let [f (fiber/new (fn [] (apply fiber/emit [:error 1])) 0)] [(protect (fiber/resume f)) (fiber/status f) (fiber/resume f 2)])   # => [[false 1] :error 2]
(let [f (fiber/new (fn [] 1) 0)] (fiber/cancel f) (fiber/resume f))      # raises :state-error
