# Questions about a running fiber never fail.
(fiber/status (fiber/self))                                                                 # => :alive
(fiber? (fiber/self))                                                                       # => true
(fiber/resume (fiber/self))                                                                 # raises {:error :state-error :message "fiber/resume: fiber is already running"}
(let [@f nil] (assign f (fiber/new (fn [] (fiber/status f)) :yield)) (fiber/resume f))      # => :alive
(let [@f nil] (assign f (fiber/new (fn [] (protect (fiber/resume f))) :yield)) (get (get (fiber/resume f) 1) :error))   # => :state-error
(let [f (fiber/new (fn [] (identical? (fiber/self) (fiber/self))) :yield)] (fiber/resume f))   # => true
(let [me (fiber/self) f (fiber/new (fn [] (yield 1)) :yield)] (fiber/resume f) (identical? me (fiber/parent f)))   # => true
