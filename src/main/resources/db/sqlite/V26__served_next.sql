-- What the device is expected to be served next, stored with an acknowledgement; empty for nothing.
ALTER TABLE device ADD COLUMN promise BLOB NOT NULL DEFAULT x'';
