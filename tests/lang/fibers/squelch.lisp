(def violation {:error :signal-violation :message "squelch: signal {:yield} caught at boundary"})
(defn yields [] (yield 1) 2)
(protect ((squelch (fn [] (yield 1)) :yield)))             # => [false {:error :signal-violation :message "squelch: signal {:yield} caught at boundary"}]
# Nested calls, tail calls, and calls of calls.
(= [false violation] (protect ((squelch (fn [] (+ 1 (yields))) :yield))))      # => true
(= [false violation] (protect ((squelch (fn [] (yields)) :yield))))            # => true
(= [false violation] (protect ((squelch (fn [] (apply fiber/emit [:yield 1])) :yield))))      # => true
(let [f (squelch yields |:yield|)] (= [false violation] (protect (map (fn [_] (f)) [1]))))    # => true
# The innermost of nested ones; the handler within it first.
((squelch (fn [] (try ((squelch yields :yield)) (catch e [:inner e:error]))) :yield))          # => [:inner :signal-violation]
((squelch (fn [] (try (error :x) (catch e [:inner e]))) :error))               # => [:inner :x]
(protect ((squelch (fn [] (error :x)) :error)))            # => [false {:error :signal-violation :message "squelch: signal {:error} caught at boundary"}]
(get (last (protect ((squelch (squelch yields :error) :yield)))) :error)       # => :signal-violation
# Other signals pass, and come back.
(let [f (fiber/new (fn [] (let [g (squelch yields :error)] (+ 10 (g)))) :yield)] [(fiber/resume f) (fiber/resume f)])  # => [1 12]
# The value, arguments of any shape, and arity errors.
((squelch (fn [a &opt b & r] [a b r]) :yield) 1 2 3 4)     # => [1 2 (3 4)]
(map (squelch inc |:yield :error|) [1 2])                  # => [2 3]
(map (squelch (fn [x] (inc x)) |:yield :error|) [1 2])     # => [2 3]
((squelch (fn [a] a) :yield))                              # raises :arity-error
# Bindings and cleanup of what is cut off.
(def depth (parameter 0))
(let [f (fiber/new (fn [] [((squelch (fn [] (parameterize ((depth 5)) (list (yields)))) :yield)) (depth)]) :error)]
  [(get (fiber/resume f) :error) (fiber/resume f :value)])                     # => [:signal-violation [:value 0]]
(squelch 1 :yield)                                         # raises :type-error
(squelch yields :unknown)                                  # raises :signal-error
