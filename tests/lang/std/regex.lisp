(def regex ((import "std/regex")))
(regex:find "é+" "aéé👨‍👩‍👧é")   # => {:end 3 :groups [] :match "éé" :named {} :start 1}
(regex:find-all "" "ab")   # => [{:end 0 :groups [] :match "" :named {} :start 0} {:end 1 :groups [] :match "" :named {} :start 1} {:end 2 :groups [] :match "" :named {} :start 2}]
(regex:find-all "a*" "baac")   # => [{:end 0 :groups [] :match "" :named {} :start 0} {:end 3 :groups [] :match "aa" :named {} :start 1} {:end 4 :groups [] :match "" :named {} :start 4}]
(regex:split "" "abc")   # => ["" "a" "b" "c" ""]
(regex:split "," "")   # => [""]
(regex:split ",+" "a,,b,")   # => ["a" "b" ""]
(regex:replace "" "ab" "-")   # => "-a-b-"
(regex:replace "a" "aaa" (fn [m] 5))   # raises {:error :type-error :message "regex: expected string, got integer"}
(regex:replace "a" "aaa" (fn [m] (ev/sleep 0) (string m:start)))   # => "012"
(regex:replace-first "a" "aaa" "b")   # => "baa"
(regex:match? 5 "a")   # raises {:error :type-error :message "regex: expected string or regex, got integer"}
(regex:match? (regex:compile "a") @"xa")   # => true
(regex:compile "(a")   # raises {:error :regex-error :message "regex: unclosed group" :pattern "(a"}
(regex:compile "(?=a)")   # raises {:error :regex-error :message "regex: look-around, including look-ahead and look-behind, is not supported" :pattern "(?=a)"}
(regex:compile "a{1000}{1000}{1000}")   # raises {:error :regex-error :message "regex: Compiled regex exceeds size limit of 10485760 bytes." :pattern "a{1000}{1000}{1000}"}
(regex:compile "a" :zork true)   # raises {:error :argument-error :message "unknown named parameter :zork, valid parameters are: :ignore-case, :multi-line, :dot-all"}
(regex:compile "^a$" :multi-line true)   # => #<regex:^a$>
(type-of (regex:compile "a"))   # => :regex
(string (regex:compile "a+"))   # => "#<regex:a+>"
(regex:find-all (regex:compile "^.$" :multi-line true) "a\nb\nc")   # => [{:end 1 :groups [] :match "a" :named {} :start 0} {:end 3 :groups [] :match "b" :named {} :start 2} {:end 5 :groups [] :match "c" :named {} :start 4}]
(regex:find "(a)|(b)" "b")   # => {:end 1 :groups [nil "b"] :match "b" :named {} :start 0}
(regex:find "👩" "👨‍👩‍👧")   # => {:end 2 :groups [] :match "👩" :named {} :start 1}
(regex:escape "a.b*c")   # => "a\\.b\\*c"
(length (regex:find-all "." (string/repeat "x" 200)))   # => 200
(regex:match? "(a+)+$" (string (string/repeat "a" 5000) "b"))   # => false
(let [r (import "plugin/regex")] (r:match? "a+" "caat"))   # => true
