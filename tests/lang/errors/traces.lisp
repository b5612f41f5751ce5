## status 1
## stderr in inner at
## stderr in middle at
## stderr in outer at
## stderr :deep
# Calls in tail position leave no frame; these are not.
(defn inner [] (error {:error :deep :message "m"}))
(defn middle [] [(inner)])
(defn outer [] [(middle)])
[(outer)]
