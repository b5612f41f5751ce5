(traits (with-traits [1] {:a 1}))   # => {:a 1}
(traits [1])   # => nil
(with-traits 5 {:a 1})   # raises {:error :type-error :message "with-traits: value must be a traitable heap type, got integer"}
(with-traits [1] @{:a 1})   # raises {:error :type-error :message "with-traits: trait table must be an immutable struct, got @struct"}
(with-traits [1] 5)   # raises {:error :type-error :message "with-traits: trait table must be an immutable struct, got integer"}
(= [1] (with-traits [1] {:a 1}))   # => true
(traits (push (with-traits [1] {:a 1}) 2))   # => nil
(with-traits :a {})   # raises {:error :type-error :message "with-traits: value must be a traitable heap type, got keyword"}
(traits (with-traits "s" {:a 1}))   # => {:a 1}
(traits (with-traits (fn [] 1) {:a 1}))   # => {:a 1}
(traits (with-traits first {:a 1}))   # raises {:error :type-error :message "with-traits: value must be a traitable heap type, got native-fn"}
(traits (with-traits (box 1) {:a 1}))   # => {:a 1}
(traits (with-traits (list 1) {:a 1}))   # => {:a 1}
(traits (with-traits () {:a 1}))   # raises {:error :type-error :message "with-traits: value must be a traitable heap type, got list"}
(let [a @[1] b (with-traits a {:x 1})] (push b 2) [a b])   # => [@[1] @[1 2]]
(traits 5)   # => nil
