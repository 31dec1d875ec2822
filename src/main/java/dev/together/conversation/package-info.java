/** Who talks with whom: one class a function, and the store of conversations and their participants. */
@NullMarked
@CheckReturnValue
package dev.together.conversation;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
