/** The description of the API for programs. */
package io.syncline.openapi;
