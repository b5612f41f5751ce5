(path/join "a" "b")   # => "a/b"
(path/join "a" "/b")   # => "/b"
(path/join "a/" "b")   # => "a/b"
(path/join "" "b")   # => "b"
(path/join "a" "")   # => "a/"
(path/join "a" 5)   # raises {:error :type-error :message "path/join: expected string, got integer"}
(path/parent "/a/b")   # => "/a"
(path/parent "/")   # => nil
(path/parent "a")   # => nil
(path/parent "")   # => nil
(path/parent "a/b/")   # => "a"
(path/filename "/a/b.txt")   # => "b.txt"
(path/filename "/")   # => nil
(path/filename "a/..")   # => nil
(path/filename "a/b/")   # => "b"
(path/stem "/a/b.tar.gz")   # => "b.tar"
(path/stem ".bashrc")   # => ".bashrc"
(path/extension "a.txt")   # => "txt"
(path/extension "a")   # => nil
(path/extension ".bashrc")   # => nil
(path/with-extension "a.txt" "md")   # => "a.md"
(path/with-extension "a" "md")   # => "a.md"
(path/with-extension "a.txt" "")   # => "a"
(path/with-extension "a.txt" ".md")   # => "a..md"
(path/with-extension "/" "md")   # => "/"
(path/with-extension "a.txt" "a/b")   # raises {:error :argument-error :message "path/with-extension: an extension cannot contain /"}
(path/normalize "/a/../b/./c")   # => "/b/c"
(path/normalize "../a")   # => "../a"
(path/normalize "a/..")   # => "."
(path/normalize "/..")   # => "/"
(path/normalize "")   # => "."
(path/components "/a/b")   # => ("/" "a" "b")
(path/components "a/./b/../c")   # => ("a" "b" ".." "c")
(path/relative "/a/b/c" "/a/d")   # => "../b/c"
(path/relative "a" "/b")   # raises {:error :argument-error :message "path/relative: cannot tell the way from \"/b\" to \"a\""}
(path/relative "/a" "/a")   # => "."
(path/relative "a/b" "c")   # => "../a/b"
(path/absolute? "/a")   # => true
(path/relative? "a")   # => true
(path/absolute? 5)   # raises {:error :type-error :message "path/absolute?: expected string, got integer"}
(path/absolute "/a/../b")   # => "/a/../b"
(path/filename 5)   # raises {:error :type-error :message "path/filename: expected string, got integer"}
(path/join @"a" "b")   # => "a/b"
