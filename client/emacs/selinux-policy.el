;;; selinux-policy.el --- SELinux policy sources, with eglot  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.3"))
;; Keywords: languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Major modes for SELinux policy: `selinux-policy-mode' for .te, .if, .spt and
;; policy.conf, `selinux-contexts-mode' for .fc and file_contexts.  With eglot
;; (part of Emacs 29, in GNU ELPA for older ones), M-x eglot starts
;; `selinux-language-server' in these modes:
;;
;;   (add-to-list 'load-path "/path/to/selinux-language-server/client/emacs")
;;   (require 'selinux-policy)
;;   (add-hook 'selinux-policy-mode-hook #'eglot-ensure)
;;   (add-hook 'selinux-contexts-mode-hook #'eglot-ensure)

;;; Code:

(defgroup selinux-policy nil
  "Editing SELinux policy."
  :group 'languages)

(defcustom selinux-policy-server '("selinux-language-server" "--stdio")
  "Program and arguments that start the language server."
  :type '(repeat string)
  :group 'selinux-policy)

(defvar selinux-policy-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?` "." table)
    (modify-syntax-entry ?' "." table)
    table)
  "Syntax of policy sources: # starts a comment, m4's quotes are punctuation.")

(defconst selinux-policy-font-lock
  `((,(regexp-opt '("allow" "auditallow" "dontaudit" "neverallow" "allowxperm" "auditallowxperm"
                    "dontauditxperm" "neverallowxperm" "type_transition" "type_member" "type_change"
                    "range_transition" "role_transition" "constrain" "mlsconstrain" "validatetrans"
                    "mlsvalidatetrans" "type" "typealias" "alias" "typeattribute" "typebounds"
                    "attribute" "attribute_role" "roleattribute" "role" "types" "user" "roles" "class"
                    "common" "inherits" "sid" "bool" "permissive" "expandattribute" "policycap"
                    "require" "optional" "if" "else" "module")
                  'symbols)
     . font-lock-keyword-face)
    (,(regexp-opt '("policy_module" "gen_require" "optional_policy" "tunable_policy" "interface"
                    "template" "ifdef" "ifndef" "ifelse" "define" "gen_tunable" "gen_bool"
                    "gen_user" "gen_context")
                  'symbols)
     . font-lock-preprocessor-face)
    (,(regexp-opt '("self" "true" "false") 'symbols) . font-lock-constant-face)
    ("\\$[0-9*@#]+" . font-lock-variable-name-face)
    ("\\_<[A-Za-z][A-Za-z0-9_.]*_t\\_>" . font-lock-type-face)
    ("^\\s-*\\([a-z][a-z0-9_]*\\)(" 1 font-lock-function-name-face))
  "Colours of policy sources.")

;;;###autoload
(define-derived-mode selinux-policy-mode prog-mode "SELinux"
  "Major mode for SELinux policy sources."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-tabs-mode t)
  (setq-local tab-width 8)
  (setq-local font-lock-defaults '(selinux-policy-font-lock)))

;;;###autoload
(define-derived-mode selinux-contexts-mode prog-mode "SELinux contexts"
  "Major mode for SELinux file contexts."
  :syntax-table selinux-policy-mode-syntax-table
  (setq-local comment-start "# ")
  (setq-local indent-tabs-mode t)
  (setq-local font-lock-defaults
              '((("^\\s-*\\(/\\S-*\\|HOME_\\S-+\\)" 1 font-lock-string-face)
                 ("\\s-\\(-[bcdpls-]\\)\\s-" 1 font-lock-constant-face)
                 ("\\_<gen_context\\_>\\|<<none>>" . font-lock-preprocessor-face)
                 ("\\_<[A-Za-z][A-Za-z0-9_.]*_t\\_>" . font-lock-type-face)))))

;;;###autoload
(progn
  (add-to-list 'auto-mode-alist '("\\.\\(?:te\\|if\\|spt\\)\\(?:\\.in\\)?\\'" . selinux-policy-mode))
  (add-to-list 'auto-mode-alist '("\\.sels-test\\'" . selinux-policy-mode))
  (add-to-list 'auto-mode-alist '("/policy\\.conf\\'" . selinux-policy-mode))
  (add-to-list 'auto-mode-alist '("\\.fc\\(?:\\.in\\)?\\'" . selinux-contexts-mode))
  (add-to-list 'auto-mode-alist '("/file_contexts\\(?:\\.local\\)?\\'" . selinux-contexts-mode)))

(defun selinux-policy-root (directory)
  "The policy that DIRECTORY belongs to, as a project for `project-find-functions'."
  (let ((root (locate-dominating-file
               directory
               (lambda (parent)
                 (or (file-exists-p (expand-file-name "build.conf" parent))
                     (file-exists-p (expand-file-name ".sels.json" parent))
                     (file-directory-p (expand-file-name "policy/modules" parent)))))))
    (and root (cons 'transient (expand-file-name root)))))

(defun selinux-policy--find-project (directory)
  "Find the policy of DIRECTORY when the buffer is one of policy."
  (and (derived-mode-p 'selinux-policy-mode 'selinux-contexts-mode)
       (selinux-policy-root directory)))

(add-hook 'project-find-functions #'selinux-policy--find-project)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons '(selinux-policy-mode selinux-contexts-mode)
                     (lambda (&rest _) selinux-policy-server))))

(provide 'selinux-policy)
;;; selinux-policy.el ends here
