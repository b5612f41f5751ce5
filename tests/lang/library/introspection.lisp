(gensym 5)   # raises {:error :type-error :message "gensym: expected string, got integer"}
(fn/arity (fn [a b] 1))   # => 2
(fn/arity (fn [a &opt b] 1))   # => (1 . 2)
(fn/arity (fn [a & b] 1))   # => (1 . nil)
(fn/arity first)   # => nil
(arity 5)   # => nil
(fn/arity inc)   # => 1
(fn/captures (fn [] 1))   # => 0
(meta/origin first)   # => nil
(meta/origin 5)   # => nil
(keys (vm/primitive-meta "get"))   # => (:aliases :arity :category :doc :example :name :params :signal)
(get (primitive-meta "get") :arity)   # => (2 . 3)
(global? 'map)   # => true
(global? 'zork)   # => false
(global? 5)   # raises {:error :type-error :message "global?: expected symbol, got integer"}
(call-count inc)   # => 0
(elle/version)   # => "1.0.0"
(elle/epoch)   # => 10
(elle/epoch 3)   # => 3
(vm/query "doc" 'map)   # => nil
(fn/mutates-params? inc)   # => false
