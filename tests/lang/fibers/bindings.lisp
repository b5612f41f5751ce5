# Dynamic bindings and fibers.
(def p (parameter 1))
(def made (parameterize ((p 2)) (let [f (fiber/new (fn [] (yield (p)) (p)) :yield)] (fiber/resume f) f)))
(fiber/resume made)                                                                # => 2
(let [f (fiber/new (fn [] (p)) :yield)] (parameterize ((p 3)) (fiber/resume f)))   # => 3
(parameterize ((p 4)) (ev/join (ev/spawn (fn [] (p)))))                            # => 1
(parameterize ((p 5)) (ev/sleep 0) (p))                                            # => 5
(let [f (fiber/new (fn [] (parameterize ((p 6)) (yield (p)) (p))) :yield)] [(fiber/resume f) (p) (fiber/resume f)])   # => [6 1 6]
