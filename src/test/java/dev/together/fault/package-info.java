/** The packaged application when something around it breaks, and when somebody sends what nobody should. */
@NullMarked
@CheckReturnValue
package dev.together.fault;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
