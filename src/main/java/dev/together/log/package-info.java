/** What operators read: one line of JSON an event, never with a token or a message's text. */
@NullMarked
@CheckReturnValue
package dev.together.log;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
