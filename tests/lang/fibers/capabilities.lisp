# What is withheld from a fiber, it emits instead of calling it; resuming it supplies the call's result.
(def quiet (fiber/new (fn [] (println "never") 5) |:error :io| :deny |:io|))
(let [denial (fiber/resume quiet)] [denial:error denial:denied denial:primitive (fiber/bits quiet)])   # => [:capability-denied |:io| "port/write" 512]
(fiber/resume quiet nil)                                                                             # => 5
(fiber/caps quiet)                                                                                   # => |:io|
(fiber/caps)                                                                                         # => ||
# Those that it resumes or spawns are denied the same.
(get (fiber/resume (fiber/new (fn [] (fiber/resume (fiber/new (fn [] (println "x")) 0))) |:io| :deny |:io|)) :error)   # => :capability-denied
(def spawner (fiber/new (fn [] (ev/spawn (fn [] (fiber/caps)))) 0 :deny |:io|))
(ev/join (fiber/resume spawner))                                                                     # => |:io|
# Others are not.
(fiber/resume (fiber/new (fn [] (ev/sleep 0) 1) 0))                                                  # => 1
(fiber/new (fn [] 1) 0 :deny :nothing)                                                               # raises :signal-error
(fiber/new (fn [] 1) 0 :allow |:io|)                                                                 # raises :argument-error
