package io.syncline.access;

/** A token with the hash that it is recognised by. */
record StoredToken(Token token, TokenHash hash) {}
