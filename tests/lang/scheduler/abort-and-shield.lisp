# ev/abort waits until the target has ended, cleanup included.
(let [log @[] f (ev/spawn (fn [] (defer (begin (ev/sleep 0.001) (push log :cleaned)) (ev/sleep 9))))] (ev/sleep 0) (ev/abort f) log)   # => @[:cleaned]
# If the target catches the abort and waits again, ev/abort returns then.
(let [log @[] f (ev/spawn (fn [] (try (ev/sleep 9) (catch e (push log :caught))) (ev/sleep 0.01) (push log :on) :value))]
  (ev/sleep 0)
  (ev/abort f)
  [log (fiber/status f) (ev/join f)])                                                                # => [@[:caught :on] :paused :value]
# One abort is one error.
(let [f (ev/spawn (fn [] [(protect (ev/sleep 9)) (protect (ev/sleep 0))]))] (ev/sleep 0) (ev/abort f) (ev/join f))   # => [[false {:error :aborted}] [true nil]]
# A second one cuts cleanup short.
(let [log @[] f (ev/spawn (fn [] (defer (begin (ev/sleep 9) (push log :never)) (ev/sleep 9))))]
  (ev/sleep 0)
  (ev/spawn (fn [] (ev/sleep 0.001) (ev/abort f)))
  (ev/abort f)
  [log (fiber/status f)])                                                                            # => [@[] :error]
(ev/abort (fiber/self))                                                                              # raises :aborted
(ev/abort (fiber/new (fn [] 1) :yield))                                                              # raises :state-error
(ev/abort 5)                                                                                         # raises :type-error
# A fiber that was woken, and is aborted before it runs.
(let [key (list 1) f (ev/spawn (fn [] (ev/futex-wait key @[0] 0)))] (ev/sleep 0) [(ev/futex-wake key 1) (begin (ev/abort f) (ev/join-protected f)) (ev/futex-wake key 1)])   # => [1 [false {:error :aborted}] 0]
# Shielded.
(let [log @[] f (ev/spawn (fn [] (ev/shield 9 (fn [] (ev/sleep 0.002) (push log (ev/aborting?)))) (push log :never)))]
  (ev/sleep 0.001)
  (ev/abort f)
  [log (ev/join-protected f)])                                                                       # => [@[true] [false {:error :aborted}]]
(let [log @[] f (ev/spawn (fn [] (ev/shield 0.002 (fn [] (ev/sleep 9) (push log :never)))))] (ev/sleep 0) (ev/abort f) log)   # => @[]
(ev/shield 1 (fn [] 5))                                                                              # => 5
(ev/shield 1 (fn [] (error :own)))                                                                   # raises :own
(ev/shield -1 (fn [] 5))                                                                             # raises :argument-error
(ev/aborting?)                                                                                       # => false
(let [log @[] f (ev/spawn (fn [] (defer (push log (ev/aborting?)) (ev/sleep 9))))] (ev/sleep 0) (ev/abort f) log)   # => @[true]
# Several at once.
(ev/run (fn [] 1) (fn [] (ev/sleep 0.001) 2))                                                        # => 2
(ev/run)                                                                                             # => nil
(let [log @[]] [(protect (ev/run (fn [] (ev/sleep 0.002) (error :a)) (fn [] (error :b)) (fn [] (ev/sleep 0.001) (push log :c)))) log])   # => [[false :a] @[:c]]
