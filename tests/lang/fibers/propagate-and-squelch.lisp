# fiber/propagate emits a fiber's last signal again.
(let [inner (fiber/new (fn [] (yield 1) :end) :yield)
      outer (fiber/new (fn [] (fiber/resume inner) (fiber/propagate inner)) :yield)]
  [(fiber/resume outer) (fiber/status outer)])                                   # => [1 :paused]
(let [inner (fiber/new (fn [] (error :x)) :error)]
  (fiber/resume inner)
  (protect (fiber/propagate inner)))                                             # => [false :x]
(fiber/propagate (fiber/new (fn [] 1) :yield))                                   # raises :internal-error
# squelch turns signals into errors at its boundary.
(defn gen [] (yield 1) :end)
(def quiet (squelch gen :yield))
(let [f (fiber/new (fn [] (quiet)) :yield)] (fiber/resume f))                    # raises {:error :signal-violation :message "squelch: signal {:yield} caught at boundary"}
(let [f (fiber/new (fn [] (try (quiet) (catch e e:error))) :yield)] (fiber/resume f))   # => :signal-violation
((squelch (fn [a b] (+ a b)) :yield) 1 2)                                        # => 3
(squelch 5 :yield)                                                               # raises :type-error
(squelch gen :no-such-signal)                                                    # raises :signal-error
