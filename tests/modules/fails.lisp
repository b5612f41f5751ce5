(error {:error :inside :message "from the module"})
