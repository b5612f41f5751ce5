# A compiled pattern is shared by the threads that it is sent to.
(def regex ((import "std/regex")))
(def word (regex:compile "[a-z]+" :ignore-case true))
(sys/join (sys/spawn (fn [] (get (regex:find word "12 AB") :match))))   # => "AB"
(type-of (sys/join (sys/spawn (fn [] word))))        # => :regex
(def [tx rx] (chan))
(def thread (sys/spawn (fn [] (get (chan/recv-wait rx) 1))))
(chan/send tx {:pattern word})
(regex:split (get (sys/join thread) :pattern) "1a2bc3")   # => ["1" "2" "3"]
