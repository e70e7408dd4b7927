/** HTTP as the served protocols need it: one request and its response as the wire has them. Knows no protocol. */
package io.syncline.http;
