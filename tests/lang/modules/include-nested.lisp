(include "sub/nested")
from-nested                                               # => 42
(unless-zero 0 :not-zero)                                 # => nil
