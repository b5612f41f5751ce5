(let [f (fiber/new (fn [] 1) :yield)] [(fiber/abort f :why) (fiber/status f) (fiber/value f)])           # => [:why :error :why]
(let [f (fiber/new (fn [] 1) :yield)] (fiber/resume f) [(fiber/abort f :why) (fiber/status f)])          # => [1 :dead]
(let [f (fiber/new (fn [] (protect (yield 1))) :yield)] (fiber/resume f) [(fiber/abort f :why) (fiber/status f)])   # => [[false :why] :dead]
(let [log @[] f (fiber/new (fn [] (defer (push log :cleanup) (yield 1))) :yield)] (fiber/resume f) (protect (fiber/abort f :why)) [log (fiber/status f)])   # => [@[:cleanup] :error]
(let [log @[] f (fiber/new (fn [] (defer (push log :cleanup) (yield 1))) :yield)] (fiber/resume f) (fiber/cancel f :why) [log (fiber/status f) (fiber/value f)])   # => [@[] :error :why]
(let [f (fiber/new (fn [] (yield 1)) :yield)] (fiber/resume f) (fiber/cancel f) (fiber/resume f))        # raises :state-error
(let [f (fiber/new (fn [] 1) :yield)] (fiber/resume f) (fiber/cancel f))                                 # raises :state-error
(let [f (fiber/new (fn [] (defer (yield :cleaning) (yield 1))) :yield)]
  (fiber/resume f)
  [(fiber/abort f :why) (fiber/status f) (protect (fiber/resume f)) (fiber/status f)])                   # => [:cleaning :paused [false :why] :error]
