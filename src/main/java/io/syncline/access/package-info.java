/** Tokens, principals and grants: who a request comes from and what it may see. Depends on the changelog's view alone. */
package io.syncline.access;
