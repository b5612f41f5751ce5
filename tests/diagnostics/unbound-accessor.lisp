(def config {:port 80})
(println config:prot)
(println confg:port)
