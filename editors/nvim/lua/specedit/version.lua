---The version of this plugin: that of the server it belongs to.
return "0.1.0"
