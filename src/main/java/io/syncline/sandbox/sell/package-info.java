/** The imitated Sell: real companies and what is sold to them, behind the published session, queue and ack protocol. */
package io.syncline.sandbox.sell;
