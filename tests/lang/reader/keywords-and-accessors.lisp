:a                                                # => :a
:a:b                                              # => :a:b
:404                                              # => :404
:@array                                           # => :@array
'cfg:port                                         # => 'cfg:port
(def cfg {:port 80 :db {:host "h" :up? true} :f (fn [x] (* 2 x))})
cfg:port                                          # => 80
cfg:db:host                                       # => "h"
cfg:db:up?                                        # => true
cfg:missing                                       # => nil
(cfg:f 21)                                        # => 42
cfg:missing:deeper                                # raises :type-error
(let [get (fn [a b] :shadowed)] cfg:port)         # => 80
(let [s {:1 1}] [s:1])                            # => [{:1 1} :1]
unbound:name                                      # compile-error undefined variable: unbound
