(let [f (fiber/new (fn [] (emit :yield 1)) :yield)] [(fiber/resume f) (fiber/resume f 2)])               # => [1 2]
(let [f (fiber/new (fn [] (emit |:yield :debug| 1)) :debug)] [(fiber/resume f) (fiber/bits f)])          # => [1 6]
(let [s :yield f (fiber/new (fn [] (emit s 1)) :yield)] (fiber/resume f))                                # => 1
(signal :progress)
(let [f (fiber/new (fn [] (emit :progress 0.5) :done) :progress)] [(fiber/resume f) (fiber/status f) (fiber/resume f)])   # => [0.5 :paused :done]
# The nearest fiber whose mask has the signal catches it.
(let [inner (fiber/new (fn [] (emit :progress 1) :inner) :yield)
      outer (fiber/new (fn [] (fiber/resume inner)) :progress)]
  [(fiber/resume outer) (fiber/status inner) (fiber/resume outer)])                                      # => [1 :paused :inner]
(emit :no-such-signal 1)                                                                                 # raises :signal-error
