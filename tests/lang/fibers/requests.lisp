# What a fiber asks of the scheduler can be caught by its resumer.
(let [f (fiber/new (fn [] (ev/sleep 0)) |:yield :io|)] [(type-of (fiber/resume f)) (fiber/bits f)])  # => [:io-request 514]
(let [g (ev/spawn (fn [] 1)) f (fiber/new (fn [] (ev/join g)) :wait) r (fiber/resume f)] [r:op (= r:fiber g) (fiber/bits f)])   # => [:join true 16384]
(let [f (fiber/new (fn [] (ev/futex-wait :k @[0] 0)) :wait)] (fiber/resume f))                       # => {:expected 0 :key :k :op :park :val @[0]}
# A generator that is not interested lets it pass.
(let [f (fiber/new (fn [] (ev/sleep 0) (yield (ev/join (ev/spawn (fn [] 7))))) :yield)] (fiber/resume f))   # => 7
# Ending oneself: nothing on the way sees it.
(let [log @[] f (ev/spawn (fn [] (defer (push log :never) (protect (fiber/cancel (fiber/self) :gone))) 5))] [(ev/join-protected f) (fiber/status f) log])   # => [[false :gone] :error @[]]
