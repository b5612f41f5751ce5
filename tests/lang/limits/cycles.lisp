(def a @[1])
(push a a)
(string a)                                 # => "@[1 @[<cycle>]]"
(= a a)                                    # => true
(let [b @[1]] (push b b) (= a b))          # => true
(def s @{})
(put s :self s)
(string s)                                 # => "@{:self @{<cycle>}}"
(def b (box nil))
(rebox b b)
(string b)                                 # => "<box <box <cycle>>>"
