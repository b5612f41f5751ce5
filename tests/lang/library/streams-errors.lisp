(stream/map 5 5)   # => <fiber:new>
(stream/collect 5)   # raises {:error :type-error :message "fiber/resume: expected fiber, got integer"}
(stream/take -1 (fiber/new (fn [] 1) :yield))   # => <fiber:new>
(stream/collect (stream/take -1 (fiber/new (fn [] (yield 1)) :yield)))   # => ()
(stream/collect (stream/take :a (fiber/new (fn [] (yield 1)) :yield)))   # raises {:error :type-error :message "<: incomparable types integer and keyword"}
(stream/collect (stream/zip))   # => ()
(stream/collect (stream/concat))   # => ()
(stream/pipe 5)   # => 5
(stream/done? 5)   # => false
(stream/fold + 0 nil)   # raises {:error :type-error :message "fiber/resume: expected fiber, got nil"}
(stream/for-each inc 5)   # raises {:error :type-error :message "fiber/resume: expected fiber, got integer"}
