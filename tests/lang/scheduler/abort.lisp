(let [f (ev/spawn (fn [] (ev/sleep 100)))] (ev/sleep 0) (ev/abort f) [(fiber/status f) (ev/join-protected f)])   # => [:error [false {:error :aborted}]]
(let [f (ev/spawn (fn [] 1))] (ev/abort f) (ev/join-protected f))                                                # => [false {:error :aborted}]
(let [f (ev/spawn (fn [] 1))] (ev/join f) (ev/abort f) (ev/join f))                                              # => 1
(let [log @[] f (ev/spawn (fn [] (defer (push log :cleanup) (ev/sleep 100))))] (ev/sleep 0) (ev/abort f) log)    # => @[:cleanup]
(let [f (ev/spawn (fn [] (try (ev/sleep 100) (catch e [:caught e]))))] (ev/sleep 0) (ev/abort f) (ev/join f))    # => [:caught {:error :aborted}]
