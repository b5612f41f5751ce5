(def f (fiber/new (fn [] (yield 1) (yield 2) 3) |:yield|))
(fiber/status f)                          # => :new
(fiber/value f)                           # => nil
(fiber/bits f)                            # => 0
(fiber/resume f)                          # => 1
(fiber/status f)                          # => :paused
(fiber/value f)                           # => 1
(fiber/bits f)                            # => 2
(fiber/resume f)                          # => 2
(fiber/resume f)                          # => 3
(fiber/status f)                          # => :dead
(fiber/value f)                           # => 3
(fiber/bits f)                            # => 0
(fiber/resume f)                          # raises {:error :state-error :message "fiber/resume: cannot resume completed fiber"}
# Values go both ways.
(let [f (fiber/new (fn [x] (let [y (yield [:got x])] [:then y])) :yield)] [(fiber/resume f 1) (fiber/resume f 2)])   # => [[:got 1] [:then 2]]
(let [f (fiber/new (fn [& r] r) :yield)] (fiber/resume f 5))          # => (5)
(let [f (fiber/new (fn [&opt a] [a]) :yield)] (fiber/resume f 5))     # => [5]
(let [f (fiber/new (fn [] 1) :yield)] (fiber/resume f 5))             # => 1
(let [f (fiber/new (fn [a b] 1) :yield)] (fiber/resume f 5))          # raises :arity-error
(fiber/new 5 :yield)                      # raises :type-error
(fiber/new get :yield)                    # raises :type-error
(fiber/new (fn [] 1) :no-such-signal)     # raises :signal-error
(fiber/new (fn [] 1) "x")                 # raises :type-error
(fiber/mask (fiber/new (fn [] 1) |:yield :error|))    # => 3
(fiber/mask (fiber/new (fn [] 1) [:yield]))           # => 2
(fiber/mask (fiber/new (fn [] 1) 2))                  # => 2
(fiber? f)                                # => true
(map (fn [p] (p f)) [fiber/new? fiber/paused? fiber/dead? fiber/error? fiber/done? fiber/alive?])   # => [false false true false true false]
# A yield deep in other calls, and in library functions.
(defn walk [tree] (if (array? tree) (each t in tree (walk t)) (yield tree)))
(stream/collect (fiber/new (fn [] (walk [1 [2 [3 4]] 5])) :yield))    # => (1 2 3 4 5)
(let [f (fiber/new (fn [] (map (fn [x] (yield x)) [1 2])) :yield)] [(fiber/resume f) (fiber/resume f :a) (fiber/resume f :b)])  # => [1 2 [:a :b]]
# each
(let [a @[]] (each x in (fiber/new (fn [] (yield 1) (yield 2) :returned) :yield) (push a x)) a)   # => @[1 2]
(let [a @[]] (each x in (fiber/new (fn [] (yield 1) (yield nil) (yield 2)) :yield) (push a x)) a) # => @[1]
# yield*
(let [inner (fn [] (fiber/new (fn [] (let [r (yield :a)] (yield [:b r])) :end) :yield))
      outer (fiber/new (fn [] (let [v (yield* (inner))] (yield [:inner-gave v]) :done)) :yield)]
  [(fiber/resume outer) (fiber/resume outer 5) (fiber/resume outer) (fiber/resume outer)])   # => [:a [:b 5] [:inner-gave :end] :done]
# A closure that outlives its fiber.
(let [get-n (fiber/resume (fiber/new (fn [] (let [@n 1] (yield (fn [] (assign n (+ n 1)))) n)) :yield))] [(get-n) (get-n)])   # => [2 3]
